import { chmodSync, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { unpackEvents, unpackTexts } from '../events/codec.ts';
import type { Batch, EventLog, EventLogReader, RecordedBatch } from '../events/eventLog.ts';
import { type Recorded, schemaVersion } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { upcasterFrom } from '../events/upcasters.ts';
import { LmdbFile } from './lmdbFile.ts';
import { hasTable, tableEntries, tableValue } from './lmdbTable.ts';
import { logBlocks } from './logBlocks.ts';
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

function openRoot(path: string): RootDatabase {
  // Blocks are written once, in order, and mostly larger than a common page. Without batching by turns of the event loop
  // every promise of LMDB's is one that we hold: with it, a full disk rejects one that nobody can catch.
  return open({ path, noSubdir: true, pageSize: 16384, maxDbs: 4, eventTurnBatching: false });
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
    const opened = openRoot(path);
    for (const file of [path, `${path}-lock`]) chmodSync(file, 0o600); // it holds prompts and answers
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
  const file = LmdbFile.open(path);
  if (file === undefined) {
    throw new SpeedometerError('usage', `${path}: this is no log`, {
      hint: 'It may be a copy that broke off, or what was left of a run that was killed at its very start.',
    });
  }
  if (hasTable(file, 'events') === false) {
    file.close();
    throw new SpeedometerError('usage', `${path}: the log is empty`, {
      hint: 'Its run has only just begun, or was killed then.',
    });
  }
  const version = schemaVersionOf(path, file);
  if (version > schemaVersion) {
    file.close();
    throw new SpeedometerError(
      'usage',
      `${path}: written by a newer deepspeedometer (schema ${version}, this one reads up to ${schemaVersion})`,
      { hint: 'Read it with that version, or a later one.' },
    );
  }
  const upcast = upcasterFrom(version);
  return {
    *batches(fromSeq = 0): Iterable<readonly Recorded[]> {
      for (const { firstSeq, events } of logBlocks(path, file, fromSeq)) {
        yield upcast(firstSeq >= fromSeq ? events : events.slice(fromSeq - firstSeq));
      }
    },
    *texts(fromSeq = 0): Iterable<readonly ExchangeText[]> {
      for (const { key, value } of tableEntries(file, 'texts', fromSeq)) if (key >= fromSeq) yield unpackTexts(value);
    },
    textsOf: (firstSeq) => textual(path, () => unpackTexts(tableValue(file, 'texts', firstSeq))),
    source: (id) => textual(path, () => tableValue(file, 'sources', id)?.toString('utf8')),
    async close() {
      file.close();
    },
  };
}

/** The version that the log's first event gives; this one's own while nothing has been written. */
function schemaVersionOf(path: string, file: LmdbFile): number {
  try {
    for (const { events } of logBlocks(path, file, 0)) {
      const [first] = events;
      return first?.type === 'run.started' ? first.schemaVersion : schemaVersion;
    }
    return schemaVersion;
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** Reads what lies apart from the events. */
function textual<T>(path: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (cause) {
    throw new SpeedometerError('usage', `${path}: texts of the run cannot be read: ${messageOf(cause)}`, {
      hint: 'The events may well be whole: without --write_results they are replayed.',
      cause,
    });
  }
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
