import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { packBatch } from '../../src/events/codec.ts';
import { type EventLog, type EventLogReader, eventsOf } from '../../src/events/eventLog.ts';
import { type RunStarted, type RunWarned, schemaVersion } from '../../src/events/events.ts';
import { createMemoryLog } from '../../src/events/memoryLog.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import { createLmdbLog, openLmdbLog } from '../../src/sinks/lmdbLog.ts';

function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'runs', 'one', 'log.mdb');
}

function warned(atMs: number): RunWarned {
  return { type: 'run.warned', worker: 0, atMs, message: `at ${atMs}` };
}

/** A text whose slices can be compared, whatever they are kept in. */
function plain(text: ExchangeText): ExchangeText {
  return { ...text, slices: [...text.slices] };
}

function text(request: number): ExchangeText {
  return { request, level: 0, client: 0, warmup: false, source: 0, slices: [0, 4], answer: `answer ${request}` };
}

/** What every log must do, whatever it keeps its events in. */
const logs: readonly (readonly [string, () => { log: EventLog; reader: () => EventLogReader }])[] = [
  [
    'memory',
    () => {
      const log = createMemoryLog();
      return { log, reader: () => log };
    },
  ],
  [
    'LMDB',
    () => {
      const path = temporaryPath();
      return { log: createLmdbLog(path), reader: () => openLmdbLog(path) };
    },
  ],
];

test.each(logs)(
  'a log in %s numbers events without a gap and gives them back from any number on',
  async (_kind, create) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
        const { log, reader } = create();
        let atMs = 0;
        const stored = sizes.map((size) => log.append(packBatch(Array.from({ length: size }, () => warned(atMs++)))));
        const recorded = await Promise.all(stored);
        expect(recorded.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual([...Array(atMs).keys()]);
        const cold = reader();
        expect([...eventsOf(cold)]).toEqual(recorded.flatMap(({ events }) => events));
        for (let fromSeq = 0; fromSeq <= atMs; fromSeq++) {
          expect([...eventsOf(cold, fromSeq)].map((event) => event.atMs)).toEqual(
            [...Array(atMs).keys()].slice(fromSeq),
          );
        }
        await cold.close();
        await log.close();
      }),
      { numRuns: 8 },
    );
  },
);

test.each(logs)('a log in %s keeps texts and sources apart from the events', async (_kind, create) => {
  const { log, reader } = create();
  await log.appendSource(0, 'once upon a time');
  const recorded = await log.append(packBatch([warned(1)], [text(7), text(8)]));
  await log.append(packBatch([warned(2)]));
  await log.append(packBatch([warned(3)], [text(9)]));
  expect(recorded.texts.map(plain)).toEqual([text(7), text(8)]);
  const cold = reader();
  expect([...cold.texts()].flat().map(plain)).toEqual([text(7), text(8), text(9)]);
  expect(cold.source(0)).toBe('once upon a time');
  expect(cold.source(1)).toBeUndefined();
  await cold.close();
  await log.close();
});

test('a reader that is open sees what is appended later', async () => {
  const path = temporaryPath();
  const log = createLmdbLog(path);
  await log.append(packBatch([warned(0)]));
  const reader = openLmdbLog(path);
  expect([...eventsOf(reader)]).toHaveLength(1);
  await log.append(packBatch([warned(1), warned(2)]));
  expect([...eventsOf(reader, 1)].map(({ atMs }) => atMs)).toEqual([1, 2]);
  await reader.close();
  await log.close();
});

test('a log is read without a gap while LMDB writes it, pages that it uses again and all', async () => {
  const path = temporaryPath();
  const log = createLmdbLog(path);
  let stored = 0;
  let last: Promise<unknown> = Promise.resolve();
  await log.append(packBatch([warned(0)]));
  const reader = openLmdbLog(path);
  for (let batch = 0; batch < 150; batch++) {
    last = log.append(packBatch([warned(batch)], [text(batch)])).then(() => stored++);
    const least = stored;
    const seqs = [...eventsOf(reader)].map(({ seq }) => seq);
    expect(seqs).toEqual([...Array(seqs.length).keys()]);
    expect(seqs.length).toBeGreaterThan(least);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await last;
  expect([...eventsOf(reader)]).toHaveLength(151);
  await log.close();
});

test('what is no log is refused in words, and takes nothing down with it', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'deepspeedometer-')), 'log.mdb');
  onTestFinished(() => rmSync(join(path, '..'), { recursive: true, force: true }));
  expect(() => openLmdbLog(path)).toThrow(/there is no log/);
  for (const content of ['', 'no database', 'x'.repeat(100_000)]) {
    writeFileSync(path, content);
    expect(() => openLmdbLog(path)).toThrow(/this is no log/);
  }
});

test('a log that cannot be made is an error with the way out', () => {
  expect(() => createLmdbLog('/dev/null/runs/one/log.mdb')).toThrow(
    expect.objectContaining({ code: 'logUnwritable', hint: expect.stringContaining('--result_dir') }),
  );
});

test('a disk that is nearly full ends the log before LMDB meets its end, and what was stored stays', async () => {
  const path = temporaryPath();
  const log = createLmdbLog(path, Number.MAX_SAFE_INTEGER);
  await expect(log.append(packBatch([warned(0)]))).rejects.toMatchObject({ code: 'logUnwritable' });
  await log.close();
  expect([...eventsOf(openLmdbLog(path))]).toEqual([]);
});

function started(version: number): RunStarted {
  return {
    type: 'run.started',
    worker: 0,
    atMs: 0,
    schemaVersion: version,
    runId: 'one',
    startedAt: '2026-01-01T00:00:00.000Z',
    version: '0.0.0',
    api: 'openai',
    model: 'model',
    tokenizer: 'o200k_base',
    options: {},
    machine: {},
  };
}

test('a log of a newer schema is refused, and one of this schema is read', async () => {
  const open = async (version: number) => {
    const path = temporaryPath();
    const log = createLmdbLog(path);
    await log.append(packBatch([started(version)]));
    await log.close();
    return openLmdbLog(path);
  };
  await expect(open(schemaVersion + 1)).rejects.toThrow(
    `written by a newer deepspeedometer (schema ${schemaVersion + 1}, this one reads up to ${schemaVersion})`,
  );
  const reader = await open(schemaVersion);
  expect([...eventsOf(reader)].map(({ type }) => type)).toEqual(['run.started']);
  await reader.close();
});

test('a log can be read by its owner alone: it holds prompts and answers', async () => {
  const path = temporaryPath();
  await createLmdbLog(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
