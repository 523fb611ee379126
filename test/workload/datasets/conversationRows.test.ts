import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { expectedHitRatio } from '../../../src/workload/expectedHits.ts';
import { createDeck } from '../../../src/workload/promptDeck.ts';
import { prepareDataset } from './preparedDataset.ts';

const folder = mkdtempSync(join(tmpdir(), 'conversations-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows of words of a user and answers by turns; an empty answer is none. */
function written(name: string, ...rows: readonly (readonly string[])[]): string {
  const path = join(folder, name);
  const lines = rows.map((said) =>
    JSON.stringify({
      conversations: said
        .map((value, index) => ({ from: index % 2 === 0 ? 'human' : 'gpt', value }))
        .filter(({ value }) => value !== ''),
    }),
  );
  writeFileSync(path, lines.join('\n'));
  return path;
}

const path = written(
  'two.jsonl',
  ['what waits here', 'a queue', 'how long', 'as long as a dream', 'and then', ''],
  ['alone', 'one answer only'],
);

/** The messages that requests send as far as they are known beforehand, with their lengths. */
async function drawn(history: 'real' | 'recorded', requests: number, more = {}) {
  const prepared = await prepareDataset(path, { history, dataset_sampling: 'in_order', ...more });
  const { deck, source } = prepared;
  const worker = createDeck(structuredClone(deck.toTransfer(100)));
  const plans = Array.from({ length: requests }, (_, request) => {
    const { promptTokens, maxNewTokens, turn, slices } = worker.draw(request, false);
    const messages = slices.flatMap((from, at) => (at % 2 === 0 ? [source.text.slice(from, slices[at + 1])] : []));
    return { messages, promptTokens, maxNewTokens, turn };
  });
  return { ...prepared, worker, plans };
}

test('with recorded answers a turn is all that was said until then', async () => {
  const { plans, about } = await drawn('recorded', 5);
  const first = { messages: ['what waits here'], promptTokens: 3, maxNewTokens: 2, turn: 1 };
  expect(plans).toEqual([
    first,
    { messages: ['what waits here', 'a queue', 'how long'], promptTokens: 7, maxNewTokens: 5, turn: 2 },
    {
      messages: ['what waits here', 'a queue', 'how long', 'as long as a dream', 'and then'],
      promptTokens: 14,
      maxNewTokens: 5,
      turn: 3,
    },
    { messages: ['alone'], promptTokens: 1, maxNewTokens: 3, turn: 1 },
    first,
  ]);
  expect(about).toContain('conversations of up to 3 turns (2.0 on average) with the recorded answers in their history');
});

test('with real answers a turn is what the user says, and as long as the answers before were asked for', async () => {
  const { plans, source } = await drawn('real', 4);
  expect(plans.map(({ messages }) => messages)).toEqual([['what waits here'], ['how long'], ['and then'], ['alone']]);
  expect(plans.map(({ promptTokens }) => promptTokens)).toEqual([3, 7, 14, 1]);
  expect(source.text).not.toContain('queue');
});

test('the mean length of prompts counts answers of which no length is told as long as they are drawn', async () => {
  const asked = written('asked.jsonl', ['one two', '', 'three', '', 'four', '']);
  const { means } = await prepareDataset(asked, {});
  expect(means).toEqual({ promptLength: Math.round((2 + 8 + 14) / 3), maxNewTokens: 5 });
  expect((await drawn('real', 0)).means.promptLength).toBe(Math.round((3 + 7 + 14 + 1) / 4));
});

test('a warm-up sends the first turn of a conversation', async () => {
  const { worker } = await drawn('recorded', 0);
  const { slices, ...planned } = worker.draw(2, true);
  expect(planned).toEqual({ request: 2, warmup: true, promptTokens: 3, maxNewTokens: 2, turn: 1 });
  expect(slices).toEqual(worker.draw(0, false).slices);
});

test('of a prompt a cache can know what its server has seen: answers of its own, but not recorded ones', async () => {
  const level = { firstRequest: 0, planned: 3, clients: 1 };
  const real = await drawn('real', 0);
  expect(expectedHitRatio(real.deck, level)).toBeCloseTo((5 + 12) / (3 + 7 + 14), 10);
  const recorded = await drawn('recorded', 0);
  expect(expectedHitRatio(recorded.deck, level)).toBeCloseTo((3 + 7) / (3 + 7 + 14), 10);
});

test('with recorded answers a conversation ends with the first turn that has none', async () => {
  const gap = written('gap.jsonl', ['one', '', 'two', 'b', 'three', 'c'], ['four', 'd', 'five', 'e']);
  const { warnings, deck } = await prepareDataset(gap, { history: 'recorded', dataset_sampling: 'in_order' });
  expect(warnings).toEqual([`1 of 2 rows of ${gap} have turns without a recorded answer: each is sent up to there`]);
  expect([0, 1, 2].map((request) => deck.conversations?.turnOf(request))).toEqual([1, 1, 2]);
  expect((await prepareDataset(gap, { history: 'real' })).warnings).toEqual([]);
});

test('lengths that are asked for hold for every turn', async () => {
  const longer = await drawn('recorded', 0, { dataset_prompt_tokens: '..13' });
  expect(longer.deck.conversations).toBeUndefined();
  const shorter = await drawn('recorded', 0, { dataset_output_tokens: '4..' }).catch(String);
  expect(shorter).toMatch(/none of the lengths that are asked for among 2/);
});

test('where only first turns are sent, or rows have no others, requests stand by themselves', async () => {
  const { deck, warnings } = await prepareDataset(path, { turns: 'first' });
  expect(deck.conversations).toBeUndefined();
  expect(deck.draw(0, false)).not.toHaveProperty('turn');
  expect(warnings).toEqual([`1 of 2 rows of ${path} have several turns: only the first of each is sent`]);
});
