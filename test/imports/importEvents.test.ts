import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Recorded } from '../../src/events/events.ts';
import { tables } from '../../src/exports/tables.ts';
import { levelEvents } from '../../src/imports/importEvents.ts';
import type { ImportedRun } from '../../src/imports/importedRun.ts';
import { joinRuns } from '../../src/imports/joinRuns.ts';
import { importSeed } from '../../src/imports/seed.ts';
import { importVllm } from '../../src/imports/vllm.ts';
import { RunFold } from '../../src/metrics/runFold.ts';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

const options = { window_seconds: 10 };

function logOf({ level }: ImportedRun): readonly Recorded[] {
  const { events } = levelEvents(level, { level: 0, sweep: 0, firstRequest: 0, startMs: 0 });
  return events.map((event, seq) => ({ ...event, seq }));
}

function levelOf(run: ImportedRun) {
  const fold = new RunFold(options);
  for (const event of logOf(run)) fold.add(event);
  return fold.summary().levels[0];
}

test('durations without start times give latencies and the throughput of the whole, and nothing over time', () => {
  const run = importVllm(fixture('vllm-results.json'));
  const level = levelOf(run);
  expect(level).not.toHaveProperty('steady');
  expect(level).not.toHaveProperty('littleRatio');
  expect(level).not.toHaveProperty('estimatedRequestsPerSec'); // clients do not bound an open loop
  expect(level).toMatchObject({
    untimed: true,
    requests: { planned: 4, completed: 2, empty: 1, failed: 1, byFailureKind: { stream: 1 } },
    whole: { seconds: 4, requestsPerSec: 0.5, outputTokensPerSec: 1.75, inputTokensPerSec: 7.5 },
    ttftMs: { count: 2, mean: 375 },
    e2eMs: { count: 2, mean: 1000 },
  });
});

test('a client that sent one request after the other has a throughput', () => {
  const level = levelOf(importSeed(fixture('prompt20_gen4_clients2.json')));
  expect(level).not.toHaveProperty('untimed');
  expect(level).toMatchObject({ requests: { completed: 3, empty: 1 }, steady: { seconds: 2 } });
});

test('what a file does not say is in no row', () => {
  const log = logOf(importVllm(fixture('vllm-results.json')));
  const { columns, rows } = tables.requests.open({ batches: () => [log], options });
  const absent = ['headersAtMs', 'firstEventAtMs', 'firstChunkTokens', 'serverPromptTokens', 'finishReason', 'stretch'];
  for (const cells of rows) {
    for (const name of absent) expect(cells[columns.findIndex((column) => column.name === name)]).toBeUndefined();
  }
});

test('prompts are slices of one source, and answers stand beside them', () => {
  const { level } = importSeed(fixture('prompt20_gen4_clients2.json'));
  const { texts, source } = levelEvents(level, { level: 2, sweep: 0, firstRequest: 10, startMs: 0 });
  expect(texts.map(({ request, slices, answer }) => [request, source.slice(slices[0], slices[1]), answer])).toEqual([
    [10, 'once upon', 'a time'],
    [11, 'there was', 'a king'],
    [12, 'who had', 'three daughters'],
    [13, 'and the', 'youngest'],
  ]);
});

test('files that differ in their load alone are levels of one sweep, in the order of the load', () => {
  const run = importVllm(fixture('vllm-results.json'));
  const at = (value: number, model = run.model): ImportedRun => ({
    ...run,
    sweepOptions: { model },
    level: { ...run.level, load: { kind: 'clients', value } },
  });
  const sweeps = joinRuns([at(8), at(2, 'another'), at(4), at(1, 'another')]);
  expect(sweeps.map(({ runs }) => runs.map(({ level }) => level.load.value))).toEqual([
    [4, 8],
    [1, 2],
  ]);
});

test('events come in the order of their stamps', () => {
  const log = logOf(importSeed(fixture('prompt20_gen4_clients2.json')));
  const stamps = log.map(({ atMs }) => atMs);
  expect(stamps).toEqual(stamps.toSorted((one, other) => one - other));
});
