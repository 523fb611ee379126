import { chmodSync, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { unpackEvents, unpackTexts } from '../events/codec.ts';
import type { Batch, EventLog, EventLogReader, RecordedBatch } from '../events/eventLog.ts';
import { type Recorded, schemaVersion } from '../events/events.ts';
import { LogDamage } from '../events/logDamage.ts';
import type { ExchangeText } from '../events/texts.ts';
import { upcasterFrom } from '../events/upcasters.ts';
import { isLmdbFile, toMappable } from './lmdbFile.ts';
import { makeFolder } from './makeFolder.ts';

/** Blocks of packed events, keyed by the sequence number of their first event; texts lie apart under the same key. */
function openTables(root: RootDatabase) {
  const blocks = { keyEncoding: 'uint32', encoding: 'binary' } as const;
  return {
    events: root.openDB<Buffer, number>('events', blocks),
    texts: root.openDB<Buffer, number>('texts', blocks),
    sources: root.openDB<string, number>('sources', { keyEncoding: 'uint32', encoding: 'string' }),
  };
}

type EventTable = ReturnType<typeof openTables>['events'];

function openRoot(path: string, readOnly: boolean): RootDatabase {
  // Blocks are written once, in order, and mostly larger than a common page. Without batching by turns of the event loop
  // every promise of LMDB's is one that we hold: with it, a full disk rejects one that nobody can catch.
  return open({ path, readOnly, noSubdir: true, pageSize: 16384, maxDbs: 4, eventTurnBatching: false });
}

const leastFree = 32 * 1024 * 1024;

/**
 * Opens a new log at `path` for writing.
 *
 * @param leastFreeBytes so much of the disk is left free: LMDB's own message of a disk that is full overruns its memory
 * @throws SpeedometerError `logUnwritable` where the folder cannot be written
 */
export function createLmdbLog(path: string, leastFreeBytes = leastFree): EventLog {
  const root = writable(path, () => {
    makeFolder(dirname(path));
    const opened = openRoot(path, false);
    chmodSync(path, 0o600); // it holds prompts and answers
    return opened;
  });
  const tables = writable(path, () => openTables(root));
  let nextSeq = 0;
  let broken = false;

  async function kept(stored: Promise<unknown>): Promise<void> {
    try {
      await stored;
    } catch (thrown) {
      broken = true;
      throw unwritable(path, await causeOf(thrown));
    }
  }

  function demandSpace(): void {
    const { bavail, bsize } = statfsSync(dirname(path));
    if (bavail * bsize >= leastFreeBytes) return;
    broken = true;
    throw unwritable(path, `the disk has less than ${Math.round(leastFreeBytes / 2 ** 20)} MB left`);
  }

  return {
    async append(batch: Batch): Promise<RecordedBatch> {
      demandSpace();
      const firstSeq = nextSeq;
      nextSeq += batch.count;
      const stored = [tables.events.put(firstSeq, asBuffer(batch.packed))];
      if (batch.packedTexts !== undefined) stored.push(tables.texts.put(firstSeq, asBuffer(batch.packedTexts)));
      await kept(Promise.all(stored));
      // Unpacked only now: events that wait for a disk outlive their garbage collection, and memory grows with them.
      return { firstSeq, events: unpackEvents(batch.packed, firstSeq), texts: unpackTexts(batch.packedTexts) };
    },
    async appendSource(id, text) {
      await kept(tables.sources.put(id, text));
    },
    async close() {
      // What could not be written LMDB would wait for without end; the file is whole as of the last commit.
      if (broken) return;
      await root.flushed;
      await root.close();
    },
  };
}

/**
 * Opens an existing log for reading, also while another process writes it.
 * @throws SpeedometerError `usage` where there is none, a file that is no log, or a log that only a newer version can read
 * @throws LogDamage where not even its first event can be read
 */
export function openLmdbLog(path: string): EventLogReader {
  if (!existsSync(path)) {
    throw new SpeedometerError('usage', `${path}: there is no log`, {
      hint: 'A run leaves its log in RESULT_DIR/runs/ID/log.mdb.',
    });
  }
  if (!isLmdbFile(path)) {
    throw new SpeedometerError('usage', `${path}: this is no log`, {
      hint: 'It may be a copy that broke off, or what was left of a run that was killed at its very start.',
    });
  }
  const file = toMappable(path);
  const root = readable(path, () => openRoot(file.path, true));
  const close = async () => {
    await root.close();
    file.discard();
  };
  const tables = readable(path, () => openTables(root));
  // Where a table is not there yet, LMDB gives none and says nothing.
  if (Object.values(tables).some((table: unknown) => table === undefined)) {
    void close();
    throw new SpeedometerError('usage', `${path}: the log is empty`, {
      hint: 'Its run has only just begun, or was killed then.',
    });
  }
  const version = readable(path, () => schemaVersionOf(tables.events));
  if (version > schemaVersion) {
    void close();
    throw new SpeedometerError(
      'usage',
      `${path}: written by a newer deepspeedometer (schema ${version}, this one reads up to ${schemaVersion})`,
      { hint: 'Read it with that version, or a later one.' },
    );
  }
  const upcast = upcasterFrom(version);
  return {
    *batches(fromSeq = 0): Iterable<readonly Recorded[]> {
      root.resetReadTxn(); // else LMDB may show what it showed last, and not what is there by now
      for (const { firstSeq, events } of wholeBlocks(path, tables.events, fromSeq)) {
        yield upcast(firstSeq >= fromSeq ? events : events.slice(fromSeq - firstSeq));
      }
    },
    *texts(fromSeq = 0): Iterable<readonly ExchangeText[]> {
      root.resetReadTxn();
      for (const { value } of tables.texts.getRange({ start: fromSeq })) yield unpackTexts(value);
    },
    textsOf: (firstSeq) => unpackTexts(tables.texts.get(firstSeq)),
    source: (id) => tables.sources.get(id),
    close,
  };
}

/**
 * The stored blocks from the one that holds `fromSeq` on, as long as each follows the one before and can be read.
 * @throws LogDamage at the first that does not
 */
function* wholeBlocks(path: string, table: EventTable, fromSeq: number) {
  let nextSeq: number | undefined;
  const blocks = table.getRange({ start: firstKey(table, fromSeq) })[Symbol.iterator]();
  for (;;) {
    let block: { readonly firstSeq: number; readonly events: readonly Recorded[] };
    try {
      const { value: entry, done } = blocks.next();
      if (done === true) return;
      if (nextSeq !== undefined && entry.key !== nextSeq) throw new Error(`event ${entry.key} comes next`);
      block = { firstSeq: entry.key, events: unpackEvents(entry.value, entry.key) };
    } catch (cause) {
      throw new LogDamage(path, nextSeq ?? fromSeq, cause);
    }
    nextSeq = block.firstSeq + block.events.length;
    yield block;
  }
}

/** The version that the log's first event gives; this one's own while nothing has been written. */
function schemaVersionOf(events: EventTable): number {
  for (const { value } of events.getRange({ limit: 1 })) {
    const [first] = unpackEvents(value, 0);
    if (first?.type === 'run.started') return first.schemaVersion;
  }
  return schemaVersion;
}

function readable<T>(path: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (cause) {
    throw new LogDamage(path, 0, cause);
  }
}

/** The key of the block that holds `seq`: blocks are keyed by their first event. */
function firstKey(events: EventTable, seq: number): number {
  for (const key of events.getKeys({ start: seq, end: 0, reverse: true, limit: 1 })) return key;
  return 0;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writable<T>(path: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/** LMDB says only that a commit failed, and tells why in a promise beside it; it may have told nothing. */
async function causeOf(thrown: unknown): Promise<unknown> {
  const { commitError } = thrown as { readonly commitError?: Promise<never> };
  if (commitError === undefined) return thrown;
  const untold = new Promise((resolve) => setImmediate(resolve, thrown));
  return Promise.race([commitError, untold]).catch((cause: unknown) => cause);
}

function unwritable(path: string, cause: unknown): SpeedometerError {
  return new SpeedometerError('logUnwritable', `the log ${path} cannot be written: ${messageOf(cause)}`, {
    hint: 'Is the disk full, or the folder not ours to write? --result_dir names another.',
    cause,
  });
}
