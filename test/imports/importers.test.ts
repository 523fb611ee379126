import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isMet } from '../../src/commands/importText.ts';
import { importAiperf } from '../../src/imports/aiperf.ts';
import { importGuidellm } from '../../src/imports/guidellm.ts';
import type { ImportedRun } from '../../src/imports/importedRun.ts';
import { importLlmperf } from '../../src/imports/llmperf.ts';
import { importSeed } from '../../src/imports/seed.ts';
import { importVllm } from '../../src/imports/vllm.ts';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** How many figures of the tool's summary come out the same, which do not, and which cannot. */
function verdictOf({ checks }: ImportedRun) {
  const of = (verdict: boolean | undefined) =>
    checks.filter((one) => isMet(one) === verdict).map(({ figure }) => figure);
  return { met: of(true).length, missed: of(false), absent: of(undefined) };
}

test('vLLM: rows, chunks and failures are those of the file, and its summary comes out the same', () => {
  const run = importVllm(fixture('vllm-results.json'));
  const { level } = run;
  expect(verdictOf(run)).toEqual({ met: 10, missed: [], absent: ['mean_tpot_ms'] });
  expect([run.startedAt, level.load, level.seconds]).toEqual([
    '2025-01-02T03:04:05.000Z',
    { kind: 'ratePerSec', value: 2 },
    4,
  ]);
  expect(level.requests[0]).toMatchObject({ chunksMs: [500, 625, 875, 1000], lastTokenMs: 1000, outputTokens: 4 });
  expect(level.requests[2]).not.toHaveProperty('firstTokenMs');
  expect(level.requests[3]?.failure).toMatchObject({ kind: 'stream', reason: 'truncated' });
  expect(level.requests.every(({ sentAtMs }) => sentAtMs === undefined)).toBe(true);
});

test('AIPerf: every figure of its summary that rows can give comes out the same, failures left out', () => {
  const run = importAiperf(fixture('aiperf/profile_export.jsonl'));
  const { level } = run;
  expect(verdictOf(run)).toEqual({ met: 98, missed: [], absent: [] });
  expect([run.model, level.load, level.clients]).toEqual(['simulated-8b', { kind: 'clients', value: 2 }, 2]);
  expect(level.requests).toHaveLength(7);
  for (const { firstTokenMs, lastTokenMs, chunksMs, failure } of level.requests) {
    if (failure !== undefined) continue;
    expect(chunksMs?.[0]).toBe(firstTokenMs);
    expect(chunksMs?.at(-1)).toBeCloseTo(lastTokenMs ?? Number.NaN, 6);
  }
  expect(level.requests.flatMap(({ failure }) => failure ?? [])).toMatchObject([{ kind: 'connect' }]);
  expect(level.requests.filter(({ sentAtMs }) => sentAtMs === 0)).toHaveLength(1);
});

test('AIPerf without its summary has no model and no checks, and says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'profile_export.jsonl');
  copyFileSync(fixture('aiperf/profile_export.jsonl'), path);
  const run = importAiperf(path);
  expect([run.model, run.checks]).toEqual(['unknown', []]);
  expect(run.notes.join()).toContain('no profile_export_aiperf.json beside the file');
});

test('GuideLLM: one file has a level a benchmark, and each gives its figures again', () => {
  const runs = importGuidellm(fixture('guidellm-benchmarks.json'));
  expect(runs.map(verdictOf)).toEqual([1, 2].map(() => ({ met: 70, missed: [], absent: [] })));
  expect(runs.map(({ level }) => level.load.value)).toEqual([1, 2]);
  expect(new Set(runs.map(({ sweepOptions }) => JSON.stringify(sweepOptions))).size).toBe(1);
  const [first] = runs[0]?.level.requests ?? [];
  expect(first).toMatchObject({ client: 0, sentAtMs: 0, streamed: true, tokenSource: 'usage' });
  expect(first?.chunksMs).toBeUndefined();
});

test('LLMPerf: the summary beside the rows tells load and length, and comes out the same', () => {
  const run = importLlmperf(fixture('llmperf_individual_responses.json'));
  const { level } = run;
  expect(verdictOf(run)).toEqual({ met: 6, missed: [], absent: [] });
  expect([level.load.value, level.seconds, run.model]).toEqual([2, 2, 'made-up/model']);
  // Four tokens at 0.25 s each, the first token's 0.5 s among them.
  expect(level.requests[0]).toMatchObject({ firstTokenMs: 500, lastTokenMs: 1000, closedMs: 1125 });
  expect(level.requests[2]?.failure).toMatchObject({ kind: 'httpStatus', httpStatus: 429, message: 'too many' });
});

test('the Python tool: each client sends when its request before has ended, and counts are never negative', () => {
  const { level } = importSeed(fixture('prompt20_gen4_clients2.json'));
  expect([level.load.value, level.promptLength, level.maxNewTokens]).toEqual([2, 20, 4]);
  expect(level.requests.map(({ client, sentAtMs, closedMs }) => [client, sentAtMs, closedMs])).toEqual([
    [0, 0, 1000],
    [1, 0, 1500],
    [0, 1000, 2000],
    [1, 1500, 500],
  ]);
  expect(level.requests.map(({ outputTokens }) => outputTokens)).toEqual([2, 2, 3, 0]);
  expect(level.requests[0]?.text).toEqual({ prompt: 'once upon', answer: 'a time', raw: '{"text":"a time"}' });
});

const warmupLine = '{"metadata":{"request_start_ns":1,"request_end_ns":2,"benchmark_phase":"warmup"},"metrics":{}}';

test.each([
  ['no JSON', 'not json', importVllm, /expected results of vLLM's bench serve .* as JSON/],
  [
    'another tool',
    '[{"prompt_tokens": 1}]',
    importLlmperf,
    /these are no individual responses of LLMPerf \(at 0.end_to_end_latency_s\)/,
  ],
  ['no lines of JSON', 'not json', importAiperf, /line 1: expected records of AIPerf's .* as JSON/],
  ['a line of another tool', '{"a": 1}', importAiperf, /line 1: these are no records of AIPerf's .*\(at metadata\)/],
  ['warm-up alone', warmupLine, importAiperf, /found none of its measurement/],
  ['a report of another tool', '{"a": 1}', importGuidellm, /these are no figures of a GuideLLM report \(at metadata\)/],
  ['an object', '{"a": 1}', importVllm, /these are no results of vLLM's bench serve.*\(at model_id\)/],
])('%s is refused in words', (_what, content, read, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'other.json');
  writeFileSync(path, content);
  expect(() => read(path)).toThrow(words);
});

test('a folder is refused, with what is expected in its place', () => {
  expect(() => importAiperf(fixture('aiperf'))).toThrow('aiperf: a folder, expected a file of the tool');
  expect(() => importVllm(fixture('aiperf'))).toThrow('aiperf: a folder, expected a file of the tool');
});

test('a file of the Python tool whose name does not tell the load is refused with the name that would', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'results.json');
  writeFileSync(path, '[{"prompt_tokens": 1, "generated_tokens": 1, "request_time": 1, "client_id": 0}]');
  expect(() => importSeed(path)).toThrow('does not tell the load');
});

// Published rows of the real tools, beside the repository where they are there at all.
const published =
  process.env['DEEPSPEEDOMETER_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const vllmFolder = join(published, 'vllm-benchserve-raw');
const llmperfFolder = join(published, 'llmperf-raw', 'individual');

test.skipIf(!existsSync(vllmFolder))('published rows of vLLM give its own summary, but for TPOT', () => {
  const files = readdirSync(vllmFolder).filter((name) => name.endsWith('.json.gz'));
  const verdicts = files.map((name) => [name, verdictOf(importVllm(join(vllmFolder, name)))] as const);
  const tpot = ['mean_tpot_ms', 'median_tpot_ms', 'std_tpot_ms', 'p99_tpot_ms'];
  expect(Object.fromEntries(verdicts)).toMatchObject({
    'h100x8-vllm-16qps.json.gz': { met: 14, missed: [], absent: tpot },
    'mi300x8-vllm-1000qps-983-errors.json.gz': { met: 18, missed: [], absent: [] },
  });
});

test.skipIf(!existsSync(llmperfFolder))('published rows of LLMPerf give all figures of its own summaries', () => {
  const files = readdirSync(llmperfFolder).filter((name) => name.endsWith('.json'));
  expect(files).toHaveLength(8);
  for (const name of files) {
    expect([name, verdictOf(importLlmperf(join(llmperfFolder, name)))]).toEqual([
      name,
      { met: 65, missed: [], absent: [] },
    ]);
  }
});
