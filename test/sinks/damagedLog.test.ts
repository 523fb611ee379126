import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packBatch } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { LogDamage, untilDamage } from '../../src/events/logDamage.ts';
import { createLmdbLog, openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runLog } from '../metrics/runLog.ts';

const batchSize = 200;
const events = runLog({ seed: 3, planned: 1000 }, [4, 8]).map(({ seq: _seq, ...event }) => event as RunEvent);

async function writtenLog(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log.mdb');
  const log = createLmdbLog(path);
  for (let from = 0; from < events.length; from += batchSize) {
    await log.append(packBatch(events.slice(from, from + batchSize)));
  }
  await log.close();
  return path;
}

/** What can be read of a log, and what it says of the rest. */
async function readUntilDamage(path: string) {
  const log = openLmdbLog(path);
  const damages: LogDamage[] = [];
  const read = [...untilDamage(log.batches(), (damage) => damages.push(damage))].flat();
  await log.close();
  return { read, damage: damages[0] };
}

test.each([0.3, 0.6, 0.9])(
  'a log that was cut off at %f of its length is read up to where it is whole',
  async (share) => {
    const path = await writtenLog();
    const bytes = Math.floor(statSync(path).size * share);
    truncateSync(path, bytes);
    const { read, damage } = await readUntilDamage(path);
    expect(damage?.message).toBe(`${path}: damaged from event ${read.length} on`);
    expect(read.length).toBeGreaterThan(0);
    expect(read.length % batchSize).toBe(0);
    expect(read.map(({ seq: _seq, ...event }) => event)).toEqual(events.slice(0, read.length));
    expect(statSync(path).size).toBe(bytes); // what is left of it is not touched
  },
);

test('a batch that was overwritten is named by its first event, and those before it are whole', async () => {
  const path = await writtenLog();
  const bytes = readFileSync(path);
  const third = Buffer.from(packBatch(events.slice(2 * batchSize, 3 * batchSize)).packed);
  bytes.fill(0xc1, bytes.indexOf(third), bytes.indexOf(third) + 64);
  writeFileSync(path, bytes);
  const { read, damage } = await readUntilDamage(path);
  expect([read.length, damage?.seq]).toEqual([2 * batchSize, 2 * batchSize]);
});

test('a log whose first batch is lost is refused in words', async () => {
  const path = await writtenLog();
  const bytes = readFileSync(path);
  const first = Buffer.from(packBatch(events.slice(0, batchSize)).packed);
  bytes.fill(0xc1, bytes.indexOf(first), bytes.indexOf(first) + 64);
  writeFileSync(path, bytes);
  expect(() => openLmdbLog(path)).toThrow(LogDamage);
  expect(() => openLmdbLog(path)).toThrow('damaged from event 0 on');
});

test('a batch that is missing in between is damage, not a shorter log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log.mdb');
  const log = createLmdbLog(path);
  await log.append(packBatch(events.slice(0, 10)));
  await log.append({ ...packBatch(events.slice(10, 20)), count: 15 }); // as if five more were lost
  await log.append(packBatch(events.slice(20, 30)));
  await log.close();
  const { read, damage } = await readUntilDamage(path);
  expect([read.length, damage?.seq]).toEqual([20, 20]);
});
