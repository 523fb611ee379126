import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recorded } from '../../src/events/events.ts';
import { lastRun, loggedEvents, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from './expectations.ts';

/** Conversations of one to four turns. */
function writeConversations(folder: string): string {
  const path = join(folder, 'talks.jsonl');
  const rows = Array.from({ length: 12 }, (_, row) =>
    Array.from({ length: 1 + (row % 4) }, (_turn, turn) => [
      { role: 'user', content: `Guest ${row}, question ${turn}: who waits in the queue?` },
      { role: 'assistant', content: 'Whoever came before' },
    ]).flat(),
  );
  writeFileSync(path, rows.map((messages) => JSON.stringify({ messages })).join('\n'));
  return path;
}

const inChat = (dataset: string, ...more: readonly string[]) => [
  ...['--dataset', dataset, '--endpoint', 'chat', '--streaming', '--tokenizer', 'o200k_base', '--quiet'],
  ...['--num_clients', '3', '--num_requests_per_client', '5', '--min_requests', '15', '--prompt_generator_seed', '1'],
  ...['--step_base_ms', '2', ...more],
];

/** Which turns each client sends, in their order; the turn before is over whenever one is sent. */
function turnsByClient(events: readonly Recorded[]): ReadonlyMap<number, readonly number[]> {
  const byClient = new Map<number, number[]>();
  const over = new Set<number>();
  for (const event of events) {
    if (event.type === 'request.completed') {
      over.add(event.request);
      expect(event.promptTokens).toBe(event.serverPromptTokens);
    }
    if (event.type !== 'request.sent' || event.warmup) continue;
    const { client, request, turn = 0 } = event;
    if (turn > 1) expect(over).toContain(request - 1);
    byClient.set(client, [...(byClient.get(client) ?? []), request]);
  }
  return byClient;
}

test('conversations are held turn by turn, the same ones whoever carries the clients, and are replayed', async () => {
  const resultDir = temporaryFolder();
  const dataset = writeConversations(resultDir);
  const real = await runInside(inChat(dataset, '--workers', '2'), { resultDir });
  expect(real.code).toBe(0);
  expect(real.stdout).toContain('TTFT p50 by the turn of a conversation:');
  const held = lastRun(resultDir);
  const turns = turnsByClient(await loggedEvents(held));
  expect([...turns.values()].map(({ length }) => length)).toEqual([5, 5, 5]);
  const summary = summaryOf(held);
  expectNothingInvented(summary);
  expect(summary.levels[0]?.turns?.reduce((sum, { completed }) => sum + completed, 0)).toBe(15);
  await expectReplayEqual(held);

  const recorded = await runInside(inChat(dataset, '--workers', '1', '--history', 'recorded'), { resultDir });
  expect(recorded.code).toBe(0);
  const again = turnsByClient(await loggedEvents(lastRun(resultDir)));
  expect([...again].toSorted()).toEqual([...turns].toSorted());
});

test('turns behind one that fails are unsent, and the books balance', async () => {
  const resultDir = temporaryFolder();
  const faults = ['--num_clients', '1', '--fault', 'http500:0.5', '--max_error_ratio', '1'];
  const run = await runInside(inChat(writeConversations(resultDir), ...faults), { resultDir });
  expect(run.code).toBe(0);
  const summary = summaryOf(lastRun(resultDir));
  expectBooksBalanced(summary);
  const { failed = 0, unsent = 0 } = summary.levels[0]?.requests ?? {};
  expect(failed).toBeGreaterThan(0);
  expect(unsent).toBeGreaterThan(0);
  expect(run.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /\d+ later turns? of (a conversation was|conversations were) not sent/,
  );
});

test('a plan tells how many conversations are held, and refuses them where they cannot be', async () => {
  const resultDir = temporaryFolder();
  const dataset = writeConversations(resultDir);
  const plan = await runInside(inChat(dataset, '--dry_run'), { resultDir });
  expect(plan.stdout).toContain(
    'conversations of up to 4 turns (2.5 on average) with the real answers in their history',
  );
  expect(plan.stdout).toMatch(/ conversations: \d+/);
  const refused = await runInside(['--dataset', dataset, '--dry_run'], { resultDir });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--api simulator holds none at the endpoint completions, expected --endpoint chat');
});
