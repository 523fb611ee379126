import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packBatch } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { LogDamage, untilDamage } from '../../src/events/logDamage.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import { LmdbFile } from '../../src/sinks/lmdbFile.ts';
import { createLmdbLog, openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runLog } from '../metrics/runLog.ts';

const batchSize = 200;
const events = runLog({ seed: 3, planned: 1000 }, [4, 8]).map(({ seq: _seq, ...event }) => event as RunEvent);

const texts: readonly ExchangeText[] = [
  { request: 0, level: 0, client: 0, warmup: false, source: 0, slices: [0, 5], answer: 'an answer' },
];

/** Events in batches of {@link batchSize}, each with a text beside it. */
async function writtenLog(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log.mdb');
  const log = createLmdbLog(path);
  for (let from = 0; from < events.length; from += batchSize) {
    await log.append(packBatch(events.slice(from, from + batchSize), texts));
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

const pageBytes = 16384;

test('a log that was cut off anywhere is read up to where it is whole, and says where that is', async () => {
  const path = await writtenLog();
  const whole = readFileSync(path);
  for (let bytes = 2 * pageBytes; bytes < whole.length; bytes += 3.5 * pageBytes) {
    writeFileSync(path, whole.subarray(0, bytes));
    const { read, damage } = await readUntilDamage(path).catch((thrown: unknown) => ({ read: [], damage: thrown }));
    expect(read.map(({ seq: _seq, ...event }) => event)).toEqual(events.slice(0, read.length));
    expect(read.length % batchSize === 0 || read.length === events.length).toBe(true);
    if (read.length === events.length)
      expect(damage).toBeUndefined(); // the end of the run was read
    else {
      const said = `${path}: damaged from event ${read.length} on: the file ends at ${bytes} of ${whole.length} bytes`;
      expect(damage).toMatchObject({ message: said });
    }
    // Pages are handed out in the order of time, but for those that are used again.
    expect(read.length / events.length).toBeGreaterThan(bytes / whole.length - 0.15);
    expect(statSync(path).size).toBe(bytes); // what is left of it is not touched
  }
});

test('a log without the index of its database is read whole, and keeps texts and events apart', async () => {
  const path = await writtenLog();
  const bytes = readFileSync(path);
  const { catalogRoot } = LmdbFile.open(path)?.head() ?? { catalogRoot: 0 };
  bytes.fill(0, catalogRoot * pageBytes, (catalogRoot + 1) * pageBytes);
  writeFileSync(path, bytes);
  const { read, damage } = await readUntilDamage(path);
  expect(damage).toBeUndefined();
  expect(read).toEqual(events.map((event, seq) => ({ ...event, seq })));
});

test('a log that was cut off within its first two pages is refused in words', async () => {
  const path = await writtenLog();
  for (const bytes of [2 * pageBytes - 1, pageBytes, 100, 0]) {
    truncateSync(path, bytes);
    expect(() => openLmdbLog(path)).toThrow(bytes === 2 * pageBytes - 1 ? 'damaged from event 0 on' : 'this is no log');
  }
});

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
