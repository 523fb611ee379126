import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { plateauOf, saturationClients } from '../../src/simulator/capacity.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { lastRun, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectReplayEqual } from '../endToEnd/expectations.ts';
import { parameters } from '../simulator/parameters.ts';

const lengths = { promptTokens: 64, outputTokens: 8 };
const asked = [
  ...['--prompt_length', '64', '--prompt_length_var', '0', '--max_new_tokens', '8', '--max_new_tokens_var', '0'],
  ...['--streaming', '--tokenizer', 'o200k_base', '--prompt_generator_seed', '1', '--quiet'],
  ...['--num_requests_per_client', '14', '--min_requests', '24'],
];

/** Each server is limited by something else, and its ladder ends well beyond that. */
const servers: readonly (readonly [string, Partial<SimulatorOptions>, readonly number[]])[] = [
  ['slots', { max_num_seqs: 4 }, [3, 6, 9]],
  ['prefill', { max_num_batched_tokens: 32 }, [3, 6, 9]],
  ['kvTokens', { kv_cache_tokens: 3 * 72 + 40 }, [2, 4, 6]],
];

/** Sweeps a server; where the machine was too busy to measure it, and the tool says so, once more. */
async function sweep(options: SimulatorOptions, ladder: readonly number[], attempts = 3): Promise<RunSummary> {
  const resultDir = temporaryFolder();
  const { fault: _none, ...parts } = options;
  const server = Object.entries(parts).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const load = ['--num_clients', ...ladder.map(String)];
  const { code } = await runCommand([...asked, ...load, ...server], { resultDir });
  expect(code).toBe(0);
  await expectReplayEqual(lastRun(resultDir));
  const summary = summaryOf(lastRun(resultDir));
  const wasLimited = summary.levels.some(({ generator }) => generator.verdict === 'clientLimited');
  return wasLimited && attempts > 1 ? sweep(options, ladder, attempts - 1) : summary;
}

test.each(servers)(
  'a server limited by %s is found to have its computed plateau and saturation point',
  { timeout: 60_000 },
  async (limit, given, ladder) => {
    const options = parameters({ step_base_ms: 12, ...given });
    const plateau = plateauOf(options, lengths);
    expect(plateau.limitedBy).toBe(limit);
    const { levels, saturation } = await sweep(options, ladder);
    expect(saturation).toMatchObject({ status: 'found', clients: saturationClients(options, lengths, ladder) });
    expect(Math.abs((saturation?.requestsPerSec ?? 0) / plateau.requestsPerSec - 1)).toBeLessThan(0.03);
    expect(Math.abs((saturation?.outputTokensPerSec ?? 0) / plateau.outputTokensPerSec - 1)).toBeLessThan(0.03);
    for (const level of levels) {
      expect(level.ttftMs.count).toBeGreaterThan(0);
      expect(level.tpotMs.mean).toBeGreaterThan(0);
    }
  },
);
