import { expect, test } from 'vitest';
import { rowOf } from '../../../src/workload/datasets/datasetShapes.ts';
import { meanLengths } from '../../../src/workload/drawnShapes.ts';
import { createPreparedDataset, datasetDefaults } from './preparedDataset.ts';

test('without replacement every row is sent before one comes again, and a worker sends what was planned', async () => {
  const { deck, source, transferred, options } = await createPreparedDataset('without_replacement');
  const prompts = Array.from({ length: 8 }, (_, request) => transferred(request));
  expect(new Set(prompts.slice(0, 4)).size).toBe(4);
  expect(prompts.slice(4)).toEqual(prompts.slice(0, 4));
  expect(prompts.toSorted()[0]).toBe('prompt 1');
  expect(deck.draw(2, true)).toMatchObject({
    request: 2,
    warmup: true,
    promptTokens: 2,
    maxNewTokens: options.max_new_tokens,
  });
  expect(source.exact).toBe(true);
});

test('with replacement each request draws for itself', () => {
  const table = { starts: new Uint32Array(5), promptTokens: new Uint32Array(4).fill(2), isReplaced: true };
  const row = rowOf(table, 1);
  const rows = Array.from({ length: 4000 }, (_, request) => row(request));
  const counts = [0, 1, 2, 3].map((wanted) => rows.filter((drawn) => drawn === wanted).length);
  // Chi-squared with 3 degrees of freedom is below 16.3 in 99.9 of 100 cases.
  expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(16.3);
});

test('a row that tells no length of its answer counts in the mean with what it is asked for', () => {
  const dataset = {
    starts: new Uint32Array(5),
    promptTokens: new Uint32Array(4).fill(2),
    outputTokens: Uint32Array.of(0, 38, 0, 0),
    isReplaced: false,
  };
  expect(meanLengths({ ...datasetDefaults, max_new_tokens: 6 }, { dataset })).toEqual({
    promptLength: 2,
    maxNewTokens: 14,
  });
});
