import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { unpackEvents, unpackTexts } from '../events/codec.ts';
import type { Batch, EventLog, EventLogReader, RecordedBatch } from '../events/eventLog.ts';
import type { Recorded } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { isLmdbFile } from './lmdbFile.ts';

/** Blocks of packed events, keyed by the sequence number of their first event; texts lie apart under the same key. */
function openTables(root: RootDatabase) {
  const blocks = { keyEncoding: 'uint32', encoding: 'binary' } as const;
  return {
    events: root.openDB<Buffer, number>('events', blocks),
    texts: root.openDB<Buffer, number>('texts', blocks),
    sources: root.openDB<string, number>('sources', { keyEncoding: 'uint32', encoding: 'string' }),
  };
}

function openRoot(path: string, readOnly: boolean): RootDatabase {
  // Blocks are written once, in order, and mostly larger than a common page.
  return open({ path, readOnly, noSubdir: true, pageSize: 16384, maxDbs: 4 });
}

/**
 * Opens a new log at `path` for writing.
 * @throws SpeedometerError `logUnwritable` where the folder cannot be written
 */
export function createLmdbLog(path: string): EventLog {
  const root = writable(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openRoot(path, false);
  });
  const tables = writable(path, () => openTables(root));
  let nextSeq = 0;

  return {
    async append(batch: Batch): Promise<RecordedBatch> {
      const firstSeq = nextSeq;
      nextSeq += batch.count;
      const stored = [tables.events.put(firstSeq, asBuffer(batch.packed))];
      if (batch.packedTexts !== undefined) stored.push(tables.texts.put(firstSeq, asBuffer(batch.packedTexts)));
      // Unpacked while the transaction is on its way.
      const recorded = {
        firstSeq,
        events: unpackEvents(batch.packed, firstSeq),
        texts: unpackTexts(batch.packedTexts),
      };
      await Promise.all(stored).catch((thrown: unknown) => {
        throw unwritable(path, thrown);
      });
      return recorded;
    },
    async appendSource(id, text) {
      await tables.sources.put(id, text);
    },
    async close() {
      await root.flushed;
      await root.close();
    },
  };
}

/**
 * Opens an existing log for reading, also while another process writes it.
 * @throws SpeedometerError `usage` where there is none, or a file that is no log
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
  const root = openRoot(path, true);
  const tables = openTables(root);
  return {
    *batches(fromSeq = 0): Iterable<readonly Recorded[]> {
      for (const { key, value } of tables.events.getRange({ start: firstKey(tables.events, fromSeq) })) {
        const events = unpackEvents(value, key);
        yield key >= fromSeq ? events : events.slice(fromSeq - key);
      }
    },
    *texts(fromSeq = 0): Iterable<readonly ExchangeText[]> {
      for (const { value } of tables.texts.getRange({ start: fromSeq })) yield unpackTexts(value);
    },
    source: (id) => tables.sources.get(id),
    async close() {
      await root.close();
    },
  };
}

/** The key of the block that holds `seq`: blocks are keyed by their first event. */
function firstKey(events: ReturnType<typeof openTables>['events'], seq: number): number {
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

function unwritable(path: string, cause: unknown): SpeedometerError {
  return new SpeedometerError('logUnwritable', `the log ${path} cannot be written: ${messageOf(cause)}`, {
    hint: 'Is the disk full, or the folder not ours to write? --result_dir names another.',
    cause,
  });
}
