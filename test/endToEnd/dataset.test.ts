import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atOnce, filesWith, lastRun, runInside, temporaryFolder } from './command.ts';
import { expectReplayEqual } from './expectations.ts';

test('prompts of a dataset are sent whole, kept in results and log, and measured once', async () => {
  const resultDir = temporaryFolder();
  const dataset = join(resultDir, 'asked.jsonl');
  const rows = Array.from({ length: 40 }, (_, row) => ({
    prompt: `Question ${row}: what waits in a queue?`,
    max_tokens: 3 + (row % 4),
  }));
  writeFileSync(dataset, rows.map((row) => JSON.stringify(row)).join('\n'));
  const load = ['--num_clients', '2', '--num_requests_per_client', '4', '--min_requests', '8', '--quiet'];
  const args = [...atOnce, '--tokenizer', 'o200k_base', '--dataset', dataset, ...load];
  const first = await runInside(args, { resultDir });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(`40 of 40 rows of ${dataset}`);
  const [result = ''] = filesWith(resultDir, 'prompt_text').filter((path) => path.endsWith('.json'));
  const answered = JSON.parse(readFileSync(result, 'utf8')) as { prompt_text: string }[];
  expect(new Set(answered.map(({ prompt_text }) => prompt_text)).size).toBe(8);
  for (const { prompt_text } of answered) expect(rows.map(({ prompt }) => prompt)).toContain(prompt_text);
  await expectReplayEqual(lastRun(resultDir));
  const again = await runInside(args, { resultDir });
  expect(again.stdout).toContain('skipped');
});
