import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommandLine } from '../../src/commands/commandLine.ts';
import { verbs } from '../../src/commands/verbs.ts';
import { createHeardTerminal } from './heardTerminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'recurring-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of that many prompts, no two of them alike. */
function written(prompts: number): string {
  const path = join(folder, `${prompts}.txt`);
  writeFileSync(path, Array.from({ length: prompts }, (_, row) => `Who waits at place ${row}?`).join('\n'));
  return path;
}

/** What a plan says of prompts that come again. Levels of 1, 2 and 4 clients have 8, 8 and 16 requests, and 7 warm-ups. */
async function warningsOf(dataset: string, ...more: readonly string[]): Promise<readonly string[]> {
  const { terminal, heard } = createHeardTerminal();
  const loads = more.some((word) => word === 'auto') ? [] : ['--num_clients', '1', '2', '4'];
  const sizes = ['--num_requests_per_client', '4', '--min_requests', '8', '--tokenizer', 'o200k_base'];
  const plan = ['--dry_run', '--output', 'json', '--result_dir', folder, '--dataset', dataset];
  expect(await runCommandLine([...plan, ...loads, ...sizes, ...more], verbs, terminal)).toBe(0);
  const { warnings } = JSON.parse(heard().stdout) as { warnings: readonly string[] };
  return warnings.filter((warning) => warning.includes('prefix cache'));
}

const again = (path: string, prompts: number, requests: number) =>
  `${path} gives ${prompts} prompts, and some of up to ${requests} requests send one that was sent before: a prefix cache may answer for the server`;

test('more requests than prompts are told, counted as they are sent', async () => {
  expect(await warningsOf(written(20))).toEqual([again(written(20), 20, 39)]);
});

test('numbers that are kept for warm-ups which fail are no requests, but what they pass over is not sent instead', async () => {
  expect(await warningsOf(written(44))).toEqual([]);
  expect(await warningsOf(written(40))).toEqual([again(written(40), 40, 39)]);
});

test('repeats that send the same rows in another order are told once', async () => {
  expect(await warningsOf(written(57), '--repeats', '2')).toEqual([again(written(57), 57, 78)]);
  expect(await warningsOf(written(57), '--dataset_sampling', 'with_replacement')).toEqual([]);
});

test('a prompt that stands in the file twice comes again', async () => {
  const path = join(folder, 'twice.txt');
  writeFileSync(path, Array.from({ length: 60 }, (_, row) => `Who waits at place ${row % 50}?`).join('\n'));
  expect(
    await warningsOf(path, '--dataset_sampling', 'in_order', '--warmup_requests', '0', '--min_requests', '20'),
  ).toEqual([again(path, 60, 60)]);
});

test.each<readonly string[]>([
  ['--num_clients', 'auto'],
  ['--search_rate', '--objective', 'p99(ttft) < 500ms'],
  ['--level_seconds', '3'],
])('where it is not known how many requests are sent, that is told: %s', async (...options) => {
  expect(await warningsOf(written(20), ...options)).toEqual([
    `${written(20)} gives 20 prompts, and how many requests are sent is not known beforehand: beyond them prompts come again, and a prefix cache may answer for the server`,
  ]);
});
