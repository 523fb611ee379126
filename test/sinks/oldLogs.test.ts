import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { replay } from '../../src/criteria/replay.ts';
import { eventsOf } from '../../src/events/eventLog.ts';
import { jsonText } from '../../src/exports/column.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';

// Logs as released versions wrote them, beside the events that they hold: kept for ever, never made anew.
const fixtures = new URL('../fixtures/', import.meta.url);
const criteria = { early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };

test.each([[1]])('a log of schema version %i still reads as it did', async (version) => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log.mdb');
  writeFileSync(path, gunzipSync(readFileSync(new URL(`log-v${version}.mdb.gz`, fixtures))));
  const log = openLmdbLog(path);
  const lines = [...eventsOf(log)].map((event) => JSON.parse(jsonText(event)) as unknown);
  const stored = readFileSync(new URL(`log-v${version}.ndjson`, fixtures), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines).toEqual(stored.map((line) => JSON.parse(line) as unknown));
  expect(log.source(0)?.slice(0, 4)).toBe('once');
  expect(log.textsOf(0).map(({ answer, raw }) => [answer, raw])).toEqual([['and it was read', '{"a":1}']]);
  const { summary } = replay(log.batches(), { window_seconds: 10, ...criteria } as Parameters<typeof replay>[1]);
  expect(summary.levels.map(({ requests }) => requests.completed + requests.failed)).toEqual([6, 6]);
  await log.close();
});
