import { expect, test } from 'vitest';
import { SimulatedClock } from 'xstate';
import { LiveLine } from '../../src/sinks/liveLine.ts';

/** A line on simulated time; what was written piles up. */
function lineOn(isLive: boolean, columns = 40) {
  const simulated = new SimulatedClock();
  const written: string[] = [];
  const screen = { isLive, columns, write: (text: string) => void written.push(text) };
  const line = new LiveLine(screen, { nowMs: () => simulated.now() });
  const tell = (words: string) => line.tell(words, { unicode: true });
  return { line, tell, written, pass: (ms: number) => simulated.increment(ms) };
}

test('on a terminal words take the place of those before, four times a second, and go without a trace', () => {
  const { line, tell, written, pass } = lineOn(true);
  tell('1 s');
  tell('too soon');
  pass(250);
  tell('2 s');
  line.clear();
  line.clear();
  expect(written).toEqual(['\r  1 s\u001b[K', '\r  2 s\u001b[K', '\r\u001b[K']);
});

test('elsewhere it is a plain line once in ten seconds, the first after ten', () => {
  const { line, tell, written, pass } = lineOn(false);
  for (let second = 0; second <= 25; second++) {
    tell(`${second} s`);
    pass(1000);
  }
  line.clear();
  expect(written).toEqual(['  10 s\n', '  20 s\n']);
});

test('words are cut off where the terminal ends, and nothing is drawn where there are none', () => {
  const { line, tell, written, pass } = lineOn(true, 12);
  tell('words without an end');
  pass(1000);
  line.draw(() => undefined);
  expect(written).toEqual(['\r  words wit\u001b[K']);
});
