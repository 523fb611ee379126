import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Recorded, RunEvent } from '../../../src/events/events.ts';
import { allDefinitions, definitionsNames } from '../../../src/metrics/definitions/allDefinitions.ts';
import { LevelFold } from '../../../src/metrics/levelFold.ts';
import type { LevelSummary } from '../../../src/metrics/levelSummary.ts';

// Made-up stamps, and what the metric code of the tools' own releases made of them: see make.py beside them.
function fixture(name: string): unknown {
  return JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../fixtures/definitions/${name}`, import.meta.url)), 'utf8'),
  );
}

interface MadeUpRequest {
  readonly client: number;
  readonly sentMs: number;
  readonly chunks: readonly (readonly [atMs: number, tokens: number])[];
  readonly closedMs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly failure?: string;
}

const stamps = fixture('stamps.json') as readonly MadeUpRequest[];

function eventsOf(request: MadeUpRequest, index: number): readonly RunEvent[] {
  const { client, sentMs, chunks, closedMs, promptTokens, outputTokens, failure } = request;
  const at = { worker: 1, level: 0, client, request: index, warmup: false };
  const atMs = chunks.map(([ms]) => ms);
  const [first, last] = [atMs[0], atMs.at(-1)];
  const stamped = {
    ...{ scheduledAtMs: sentMs, closedAtMs: closedMs, chunks: chunks.length },
    ...(first === undefined || last === undefined ? {} : { firstTokenAtMs: first, lastTokenAtMs: last }),
  };
  const progress = {
    chunkAtMs: Float64Array.from(atMs),
    chunkTokens: Uint32Array.from(chunks.map(([, tokens]) => tokens)),
  };
  const answer = {
    streamed: true,
    promptTokens,
    outputTokens,
    tokenSource: 'usage',
    firstChunkTokens: chunks[0]?.[1] ?? 0,
  } as const;
  const { client: _, ...progressed } = at;
  return [
    { type: 'request.sent', ...at, atMs: sentMs, scheduledAtMs: sentMs, promptTokens, maxNewTokens: 10 },
    ...(last === undefined ? [] : [{ type: 'request.progressed', ...progressed, atMs: last, ...progress } as const]),
    failure === undefined
      ? { type: 'request.completed', ...at, ...stamped, ...answer, sentAtMs: sentMs, atMs: closedMs }
      : {
          type: 'request.failed',
          ...at,
          ...stamped,
          sentAtMs: sentMs,
          atMs: closedMs,
          kind: 'stream',
          reason: failure,
        },
  ];
}

function fold(name: (typeof definitionsNames)[number] | undefined): LevelSummary {
  const level = { worker: 0, level: 0, atMs: 0 };
  const load = { kind: 'clients', value: 2 } as const;
  const lengths = { promptLength: 20, maxNewTokens: 10, streaming: true };
  const prepared = {
    type: 'level.prepared',
    ...level,
    sweep: 0,
    load,
    clients: 2,
    workers: 1,
    planned: stamps.length,
    ...lengths,
  } as const;
  const happened = stamps.flatMap(eventsOf).sort((one, other) => one.atMs - other.atMs);
  const views = name === undefined ? {} : { definitions: allDefinitions[name] };
  const levelFold = new LevelFold(prepared, views);
  const events: readonly RunEvent[] = [{ type: 'level.started', ...level }, ...happened];
  for (const [seq, event] of events.entries()) levelFold.add({ ...event, seq } as Recorded);
  return levelFold.finish('completed', Math.max(...stamps.map(({ closedMs }) => closedMs)));
}

/** What the summary says under the names that the fixture has. */
function heldAgainst(made: Record<string, unknown>, { steady, ...summary }: LevelSummary): Record<string, unknown> {
  const all: Record<string, unknown> = { ...summary, ...steady };
  return Object.fromEntries(
    Object.entries(made).map(([name, figures]) => {
      const ours = all[name];
      if (typeof figures !== 'object' || figures === null) return [name, ours];
      return [name, Object.fromEntries(Object.keys(figures).map((key) => [key, Reflect.get(ours as object, key)]))];
    }),
  );
}

function close(value: unknown, digits: number): unknown {
  if (typeof value === 'number') return expect.closeTo(value, digits);
  return Object.fromEntries(Object.entries(value as object).map(([key, inside]) => [key, close(inside, digits)]));
}

test.each(definitionsNames)('%s: the same stamps give the figures of the tool itself', (name) => {
  const made = fixture(`${name}.json`) as Record<string, unknown>;
  const summary = fold(name);
  const { itlMs, ...exact } = made;
  expect(heldAgainst(exact, summary)).toEqual(close(exact, 6));
  if (itlMs === undefined) expect(summary.itlMs.mean).toBeUndefined();
  else if (name === 'guidellm') expect(heldAgainst({ itlMs }, summary)).toEqual(close({ itlMs }, 6));
  // Pooled gaps are in bins of 0.2 %: those of the tools are exact.
  else expect(heldAgainst({ itlMs }, summary)).toEqual(close({ itlMs }, 1));
});

test('figures that a tool does not have are absent, and what does not depend on formulas stays', () => {
  const [ours, seed] = [fold(undefined), fold('seed')];
  expect(seed.requests).toEqual(ours.requests);
  expect([seed.ttftMs.count, seed.tpotMs.count, seed.itlMs.count, seed.littleRatio]).toEqual([0, 0, 0, undefined]);
  expect(seed.steady?.outputTokensPerSec).toBeUndefined();
});

test('each tool differs from ours somewhere, or its definitions would not be needed', () => {
  const ours = fold(undefined);
  for (const name of definitionsNames) expect(fold(name).e2eMs).not.toEqual(ours.e2eMs);
});
