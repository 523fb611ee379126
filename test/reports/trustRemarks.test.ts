import { expect, test } from 'vitest';
import { trustRemarks } from '../../src/reports/trustRemarks.ts';
import { madeUpLevel } from './madeUpRun.ts';

const level = madeUpLevel(4);

function textOf(...levels: Parameters<typeof trustRemarks>[0]): string {
  return trustRemarks(levels)
    .map(({ text }) => text)
    .join('\n');
}

test('streams that came at once are told where they are most of a level', () => {
  const { requests } = level;
  const held = (atOnce: number) => ({ ...level, streaming: true, requests: { ...requests, atOnce } });
  expect(textOf(held(requests.completed))).toMatch(/All chunks came at once with 4 clients: something between buffers/);
  expect(textOf(held(Math.floor(requests.completed / 3)))).not.toMatch(/came at once/);
});

test('a stream that was asked for and did not come is told', () => {
  const none = { count: 0, undefinedCount: 0 };
  expect(textOf({ ...level, streaming: true, ttftMs: none })).toMatch(/No stream came with 4 clients/);
  expect(textOf({ ...level, streaming: false, ttftMs: none })).not.toMatch(/No stream came/);
});

test('a standstill and a jump of the wall clock are told with their loads', () => {
  const still = { ...level, generator: { ...level.generator, stoodStillMs: 5000 } };
  expect(textOf(still)).toMatch(/^The load generator stood still for 5\.00 s with 4 clients/m);
  const set = { ...level, generator: { ...level.generator, wallJumpMs: -3_600_000 } };
  expect(textOf(set)).toMatch(/^The wall clock went .* backwards with 4 clients/m);
  expect(textOf(level)).not.toMatch(/stood still|wall clock/);
});

test('answers of another length are counted where the mean hides them', () => {
  const { requests } = level;
  const off = { ...level, requests: { ...requests, otherLength: 3 } };
  expect(textOf(off)).toMatch(/^3 of [\d ]+ answers had another length than was asked for\.$/m);
  expect(textOf(level)).not.toMatch(/another length/);
});
