import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import type { RecordedBatch } from '../../src/events/eventLog.ts';
import type { LevelStatus } from '../../src/events/events.ts';
import { createJsonResults } from '../../src/sinks/jsonResults.ts';
import { createResultFiles, type LevelIdentity, removeLeftovers, writeRecord } from '../../src/sinks/resultFiles.ts';
import { interleave, levelHistory } from '../metrics/eventHistory.ts';

const level: LevelIdentity = {
  api: 'dummy',
  model: 'facebook/opt-125m',
  promptLength: 24,
  maxNewTokens: 6,
  load: { kind: 'clients', value: 2 },
  digest: 'aaaaaaaabbbb',
};

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function leaveResult(path: string, digest: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '[]');
  writeRecord(path, { schemaVersion: 1, digest, run: 'r', level: 3 });
}

test('the plain name is for the first combination, and others carry the digest of theirs', () => {
  const folder = temporaryFolder();
  const files = createResultFiles(folder);
  const plain = join(folder, 'dummy/facebook/opt-125m/prompt24_gen6_clients2.json');
  expect(files.claim(level)).toEqual({ path: plain });
  expect(files.claim({ ...level, digest: 'ccccccccdddd' })).toEqual({ path: plain.replace('.json', '_cccccccc.json') });
  expect(files.claim(level)).toEqual({ path: plain });
  expect(files.claim({ ...level, repeat: 1 })).toEqual({ path: plain });
  expect(files.claim({ ...level, repeat: 2 })).toEqual({ path: plain.replace('.json', '_repeat2.json') });
});

test('an earlier result is recognised by its digest only', () => {
  const folder = temporaryFolder();
  const { path } = createResultFiles(folder).claim(level);
  leaveResult(path, level.digest);
  expect(createResultFiles(folder).claim(level).existing).toMatchObject({ run: 'r', level: 3 });
  const other = createResultFiles(folder).claim({ ...level, digest: 'ccccccccdddd' });
  expect(other).toEqual({ path: path.replace('.json', '_cccccccc.json') });
  rmSync(path);
  expect(createResultFiles(folder).claim(level)).toEqual({ path });
});

test.each([{}, '../../elsewhere', null])(
  'a note that names %j as its run is none: the level is measured again',
  (run) => {
    const folder = temporaryFolder();
    const { path } = createResultFiles(folder).claim(level);
    leaveResult(path, level.digest);
    expect(createResultFiles(folder).claim(level)).toHaveProperty('existing');
    writeRecord(path, { schemaVersion: 1, digest: level.digest, run: run as string, level: 0 });
    expect(createResultFiles(folder).claim(level)).not.toHaveProperty('existing');
  },
);

test.each(['../../etc', '/etc/passwd', '..', 'a/../../b', 'C:\\models\\x', ''])(
  'a model named %j stays inside the result folder',
  (model) => {
    const folder = temporaryFolder();
    const { path } = createResultFiles(folder).claim({ ...level, model });
    expect(path.startsWith(`${join(folder, 'dummy')}/`)).toBe(true);
    expect(path.split('/')).not.toContain('..');
  },
);

function writtenLevel(status: LevelStatus) {
  const folder = temporaryFolder();
  const path = join(folder, 'dummy/any/prompt100_gen20_clients3.json');
  const sink = createJsonResults({
    runId: 'run',
    targetOf: () => ({ path, digest: 'aaaa' }),
    sourceText: () => 'once upon a time',
  });
  const events = interleave(levelHistory({ seed: 1, clients: 3, failureRatio: 0.2, emptyRatio: 0.1 }), randomStream(1));
  const completed = events.filter(
    (event) => event.type === 'request.completed' && !event.warmup && event.outputTokens > 0,
  );
  const batch = (from: number, to?: number): RecordedBatch => {
    const part = events.slice(from, to);
    const texts = part
      .filter((event) => event.type === 'request.completed')
      .map(({ request, client, warmup }) => ({
        ...{ request, level: 0, client, warmup },
        source: 0,
        slices: [5, 9],
        answer: 'a',
      }));
    return {
      firstSeq: from,
      events: part.map((event) => (event.type === 'level.finished' ? { ...event, status } : event)),
      texts,
    };
  };
  sink.write(batch(0, 60));
  const before = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.json'));
  sink.write(batch(60));
  return { folder, path, completed: completed.length, before };
}

test('a level that completed leaves a row for each of its answers, in one step', () => {
  const { path, completed, before } = writtenLevel('completed');
  expect(before).toEqual([]);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly Readonly<Record<string, unknown>>[];
  expect(rows).toHaveLength(completed);
  for (const row of rows) {
    expect(row).toEqual({
      prompt_text: 'upon',
      prompt_tokens: expect.any(Number),
      generated_output: 'a',
      generated_tokens: expect.any(Number),
      request_time: expect.any(Number),
      raw_response: null,
      client_id: expect.any(Number),
    });
    expect(row['request_time']).toBeLessThan(2);
  }
});

test.each(['stopped', 'degraded', 'interrupted', 'failed'] as const)('a level that was %s leaves no file', (status) => {
  const { folder, path } = writtenLevel(status);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(dirname(path))).toEqual([]);
  expect(folder).not.toBe('');
});

test('what a process that is gone was writing is removed, and nothing else', () => {
  const folder = temporaryFolder();
  const gone = spawnSync(process.execPath, ['--version']).pid;
  const ours = [`a.json.${process.pid}.tmp`, 'a.json', `notes.${gone}.tmp`];
  for (const name of [...ours, `a.json.${gone}.tmp`]) writeFileSync(join(folder, name), '');
  removeLeftovers(folder);
  expect(readdirSync(folder).toSorted()).toEqual(ours.toSorted());
});

test('the leftovers of a crash are gone once a level is written beside them', () => {
  const folder = temporaryFolder();
  const gone = spawnSync(process.execPath, ['--version']).pid;
  writeFileSync(join(folder, `old.json.${gone}.tmp`), '[');
  const sink = createJsonResults({
    runId: 'run',
    targetOf: () => ({ path: join(folder, 'new.json'), digest: 'aaaa' }),
    sourceText: () => '',
  });
  const history = levelHistory({ seed: 1 });
  sink.write({ firstSeq: 0, events: interleave(history, randomStream(1)), texts: [] });
  expect(readdirSync(folder).filter((name) => !name.startsWith('.'))).toEqual(['new.json']);
});
