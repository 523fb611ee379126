import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../src/metrics/runSummary.ts';
import type { SimulatorOptions } from '../src/simulator/simulatorOptions.ts';
import { type SimulatedServer, trueSaturation } from '../test/criteria/searchSaturation.ts';
import { saturationServers } from './saturationServers.ts';

const command = fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));
/** By how much the steps of each server are faster, in its order: a search takes about a minute then. */
const paces = [1, 1, 4, 1.5, 2, 2];
/** Standard deviation of lengths that are uniform, half their mean to either side. */
const spread = 0.2887;
const timed = ['step_base_ms', 'step_per_seq_ms', 'step_per_prefill_token_ms'] as const;

/** Each server once, by the built command over real HTTP: rows of the table. */
export function realSearches(): readonly (readonly (string | number)[])[] {
  return saturationServers.map(([title, server], index) => {
    const pace = paces[index] ?? 1;
    const truth = trueSaturation(server);
    const began = performance.now();
    const { sweeps, levels } = search(server, pace);
    const seconds = Math.round((performance.now() - began) / 1000);
    const loads = levels.map(({ clients }) => clients).join(' ');
    const interval = sweeps[0]?.saturation.clientsInterval;
    const why = sweeps[0]?.stopReason ?? '';
    if (interval === undefined) return [title, pace, truth, 'none', 'no', 'no', loads, seconds, why];
    const [above, upTo] = interval;
    const holds = above < truth && truth <= upTo ? 'yes' : 'no';
    const isNarrow = upTo <= 2 * Math.max(1, above) ? 'yes' : 'no';
    return [title, pace, truth, `${above}-${upTo}`, holds, isNarrow, loads, seconds, why];
  });
}

function search({ options, promptTokens, outputTokens }: SimulatedServer, pace: number): RunSummary {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  try {
    const words = [
      ...['--num_clients', 'auto', '--streaming', '--output', 'json', '--quiet', '--result_dir', folder],
      ...['--prompt_length', promptTokens, '--prompt_length_shape', 'uniform', '--prompt_length_var', spread],
      ...['--max_new_tokens', outputTokens, '--max_new_tokens_shape', 'uniform', '--max_new_tokens_var', spread],
      ...['--tokenizer', 'o200k_base', '--prompt_generator_seed', 1],
      ...serverFlags(options, pace),
    ];
    const { stdout, stderr } = spawnSync(process.execPath, [command, ...words.map(String)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as RunSummary;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function serverFlags({ fault: _none, ...options }: SimulatorOptions, pace: number): readonly (string | number)[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value !== 'number') return [];
    const isTime = timed.some((time) => time === name);
    return [`--${name}`, isTime ? value / pace : value];
  });
}
