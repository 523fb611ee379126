import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { arrivalsOf, countArrivals } from '../../src/workload/arrivals.ts';
import { createSource } from '../../src/workload/createSource.ts';
import type { ShapeOptions } from '../../src/workload/drawnShapes.ts';
import { expectedHitRatio } from '../../src/workload/expectedHits.ts';
import { createDeck, createPromptDeck, promptText } from '../../src/workload/promptDeck.ts';
import { readSourceText } from '../../src/workload/sourceText.ts';
import { blocksOf } from '../../src/workload/traceBlocks.ts';
import { readTrace, type Trace } from '../../src/workload/traceFile.ts';
import { parseTraceWindow, traceLoad, traceProblems } from '../../src/workload/traceOptions.ts';
import { realTokenizers, threeCharacters } from './tokenizers.ts';

const level = (firstRequest: number, planned: number) => ({ firstRequest, planned, clients: 1 });
const [o200k = threeCharacters] = realTokenizers;
const whole = parseTraceWindow('..');
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/traces/${name}`, import.meta.url));
const options: ShapeOptions = {
  prompt_length: 100,
  prompt_length_var: 0.3,
  max_prompt_length: 4000,
  max_new_tokens: 60,
  max_new_tokens_var: 0.3,
  prompt_length_shape: 'normal',
  max_new_tokens_shape: 'normal',
  prefix_tokens: 0,
  prefix_groups: 1,
  prefix_zipf: 0,
};
const { source } = createSource(readSourceText(undefined, 4000).text, o200k, 4000);
const deckOf = (trace: Trace) => createPromptDeck(source, options, 1, o200k, { trace }).deck;

test.each([
  ['azure.csv', [0, 250, 500, 1750], [374, 96, 1020, 12], [44, 12, 60, 7]],
  ['burstgpt.csv', [0, 40_000, 40_000], [472, 108, 30], [18, 1, 200]],
  ['mooncake.jsonl', [0, 0, 120, 200], [1300, 700, 1500, 512], [6, 4, 3, 9]],
  ['plain.csv', [0, 100, 300, 500], [40, 50, 60, 20], [5, 4, 6, 3]],
])('%s is read: times from its first request, in order, and lengths', (name, times, prompts, outputs) => {
  const { atMs, promptTokens, outputTokens } = readTrace(fixture(name), whole);
  expect(Array.from(atMs, (ms) => Math.round(ms * 1000) / 1000)).toEqual(times);
  expect([...promptTokens]).toEqual(prompts);
  expect([...(outputTokens ?? [])]).toEqual(outputs);
});

test('a window takes a part, and its times count from where it begins', () => {
  const { atMs, spanMs, promptTokens } = readTrace(fixture('plain.csv'), parseTraceWindow('0.05..0.4'));
  expect([[...atMs], spanMs, [...promptTokens]]).toEqual([[50, 250], 350, [50, 60]]);
  expect(() => readTrace(fixture('plain.csv'), parseTraceWindow('7..8'))).toThrow(/in the window, got none of 4/);
});

const folder = mkdtempSync(join(tmpdir(), 'traces-'));

test.each([
  ['no column of times', 'prompt_tokens\n4\n', /:1: expected a column of arrival times.*it has prompt_tokens/],
  ['a time that is none', 'at_ms,prompt_tokens\n4,4\nsoon,4\n', /:3: expected a time in column at_ms, got "soon"/],
  ['a day that there is not', 'TIMESTAMP,ContextTokens\n2023-13-16 18:15:46,4\n', /:2: expected a time/],
  [
    'too few hash ids',
    '{"timestamp":0,"input_length":600,"hash_ids":[1]}\n',
    /:1: expected 2 hash_ids, one for 512 tokens, got 1 for a prompt of 600/,
  ],
  [
    'hash ids that are none',
    '{"timestamp":0,"input_length":6,"hash_ids":["a"]}\n',
    /expected whole numbers in hash_ids/,
  ],
])('%s is named with its line', (name, text, message) => {
  const path = join(folder, `${name.replaceAll(' ', '-')}.csv`);
  writeFileSync(path, text);
  expect(() => readTrace(path, whole)).toThrow(message);
});

test('a speed divides times, and the level lasts for a mean gap after the last request', () => {
  const load = traceLoad(readTrace(fixture('plain.csv'), whole), 2, 64, 1);
  expect([...arrivalsOf(load, 8)].map(({ request, dueMs }) => [request, dueMs])).toEqual([
    [8, 0],
    [9, 50],
    [10, 150],
    [11, 250],
  ]);
  expect(countArrivals(load, 8)).toBe(4);
  expect([load.seconds, load.ratePerSec]).toEqual([1 / 3, 12]);
});

test('prompts have the lengths of their rows to the token, here and in a worker', () => {
  const deck = deckOf(readTrace(fixture('mooncake.jsonl'), whole));
  const worker = createDeck(structuredClone(deck.toTransfer(0)));
  [0, 1, 2, 3, 4, 9].forEach((request) => {
    const drawn = deck.draw(request, false);
    expect(worker.draw(request, false)).toEqual(drawn);
    expect(drawn.promptTokens).toBe([1300, 700, 1500, 512][request % 4]);
    expect(o200k.count(promptText(source.text, drawn.slices))).toBe(drawn.promptTokens);
  });
});

test('prompts share the blocks that hash ids say, and none with another round of the trace', () => {
  const deck = deckOf(readTrace(fixture('mooncake.jsonl'), whole));
  const ids = (request: number) => o200k.encode(promptText(source.text, deck.draw(request, false).slices));
  const shared = (one: readonly number[], other: readonly number[]) => {
    const end = one.findIndex((id, index) => id !== other[index]);
    return end < 0 ? one.length : end;
  };
  expect(shared(ids(0), ids(2))).toBe(1024);
  expect(shared(ids(3), ids(1))).toBe(512);
  expect(shared(ids(0), ids(1))).toBe(0);
  expect(shared(ids(0), ids(4))).toBeLessThan(8);
  expect(expectedHitRatio(deck, level(0, 4))).toBeCloseTo((1024 + 512) / 4012, 10);
  expect(expectedHitRatio(deck, level(4, 4))).toBeCloseTo((1024 + 512) / 4012, 10);
});

test('what a trace says itself is refused beside it, and what needs one without it', () => {
  const given =
    (...names: readonly string[]) =>
    (name: string) =>
      names.includes(name);
  expect(traceProblems({ trace: 'a.csv', trace_speed: [1] }, given('request_rate', 'prompt_length'))).toHaveLength(2);
  expect(traceProblems({ trace: 'a.csv', trace_speed: [1] }, given('search_rate'))).toHaveLength(1);
  expect(traceProblems({ trace_speed: [2] }, given('trace_speed'))).toEqual([
    '--trace_speed: belongs to a trace, expected --trace beside it',
  ]);
});

const data = process.env['DEEPSPEEDOMETER_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const azure = join(data, 'azure-llm-2023', 'AzureLLMInferenceTrace_conv.csv');
const mooncake = join(data, 'mooncake-fast25', 'synthetic_trace.jsonl');
const burstgpt = join(data, 'burstgpt-vllm-logs', 'burstgpt_first500_recovered.csv');

test.skipIf(!existsSync(azure))('the trace of Azure conversations is read whole, as its README describes it', () => {
  const { atMs, promptTokens, outputTokens } = readTrace(azure, whole);
  const at = (values: Uint32Array | undefined, share: number) => values?.toSorted()[Math.floor(share * 19_365)];
  expect([atMs.length, Math.round((atMs.at(-1) ?? 0) / 100) / 10]).toEqual([19_366, 3501.7]);
  expect([at(promptTokens, 0.5), at(promptTokens, 0.9), promptTokens.toSorted().at(-1)]).toEqual([1020, 2734, 14_050]);
  expect([at(outputTokens, 0.5), at(outputTokens, 0.9), outputTokens?.toSorted().at(-1)]).toEqual([129, 424, 1000]);
});

test.skipIf(!existsSync(mooncake))('the synthetic trace of Mooncake is read whole, with all its blocks', () => {
  const trace = readTrace(mooncake, whole);
  const { atMs, promptTokens, outputTokens, blocks } = trace;
  const mean = (values: Uint32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect([atMs.length, Math.round((atMs.at(-1) ?? 0) / 1000)]).toEqual([3993, 1022]);
  expect([mean(promptTokens), mean(outputTokens ?? new Uint32Array(1))].map(Math.round)).toEqual([15_325, 149]);
  expect(blocks && [...blocksOf(blocks, 0)].slice(0, 3)).toEqual([0, 1, 2]);
  const deck = deckOf(trace);
  expect(deck.draw(17, false).promptTokens).toBe(promptTokens[17]);
  expect(expectedHitRatio(deck, level(0, 3993))).toBeGreaterThan(0.1);
});

test.skipIf(!existsSync(burstgpt))(
  'the recovered trace of BurstGPT has no answers: options say how long they are',
  () => {
    const trace = readTrace(burstgpt, whole);
    expect([trace.atMs.length, trace.outputTokens, Math.max(...trace.promptTokens)]).toEqual([500, undefined, 1023]);
    expect(deckOf(trace).shapeOf(5).maxNewTokens).toBeGreaterThan(0);
  },
);
