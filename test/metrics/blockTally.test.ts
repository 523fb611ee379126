import { expect, test } from 'vitest';
import { BlockTally } from '../../src/metrics/blockTally.ts';

function latencies(e2eMs: number) {
  return { queueMs: 0, ttftMs: undefined, tpotMs: undefined, e2eMs };
}

test('a request lies in the block in which it was sent, and its end in the one in which it ended', () => {
  const tally = new BlockTally(1000);
  tally.addLatencies(1100, latencies(50));
  tally.addLatencies(1900, latencies(70));
  tally.addEnded(1600, true);
  const [first, second] = tally.blocks(1000, 2000, 2);
  expect([first?.latencies.e2eMs.mean, second?.latencies.e2eMs.mean]).toEqual([50, 70]);
  expect([first?.ended, second?.ended, second?.bad]).toEqual([0, 1, 1]);
  expect(first?.latencies.ttftMs.count).toBe(0);
});

test('however long a level is, its requests stay in their blocks', () => {
  const tally = new BlockTally(0);
  for (let second = 0; second < 4096; second++) {
    tally.addLatencies(second * 1000, latencies(second));
    tally.addEnded(second * 1000 + 1, second % 4 === 0);
  }
  const blocks = tally.blocks(0, 4_096_000, 16);
  expect(blocks.reduce((sum, { ended }) => sum + ended, 0)).toBe(4096);
  expect(blocks.reduce((sum, { bad }) => sum + bad, 0)).toBe(1024);
  const binSeconds = 20.48; // the narrowest of 10 ms, doubled until 256 of them reach that far
  for (const [
    index,
    {
      latencies: { e2eMs },
      ended,
    },
  ] of blocks.entries()) {
    expect(Math.abs(ended - 256)).toBeLessThanOrEqual(binSeconds);
    expect(Math.abs((e2eMs.mean as number) - (index * 256 + 127.5))).toBeLessThanOrEqual(binSeconds);
  }
});
