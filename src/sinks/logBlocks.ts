import { unpackEvents } from '../events/codec.ts';
import type { Recorded } from '../events/events.ts';
import { LogDamage } from '../events/logDamage.ts';
import type { LmdbFile } from './lmdbFile.ts';
import { type Entry, tableEntries } from './lmdbTable.ts';
import { type LooseEntries, looseEntries } from './looseEntries.ts';

/** A batch of events as it was stored. */
export interface LogBlock {
  readonly firstSeq: number;
  readonly events: readonly Recorded[];
}

/**
 * The stored blocks from the one that holds `fromSeq` on, as long as each follows the one before and can be read. Where the
 * index of the database is lost, the file is searched for the blocks that come next.
 *
 * @param path names the log in what is said of damage
 * @throws LogDamage at the first event that cannot be had, unless the run's end was read before
 */
export function* logBlocks(path: string, file: LmdbFile, fromSeq: number): Iterable<LogBlock> {
  let nextSeq: number | undefined;
  let isEnded = false;
  let lost: unknown;

  function follow(block: LogBlock): LogBlock {
    nextSeq = block.firstSeq + block.events.length;
    isEnded = block.events.at(-1)?.type === 'run.finished';
    return block;
  }

  const entries = tableEntries(file, 'events', fromSeq)[Symbol.iterator]();
  for (;;) {
    let block: LogBlock;
    try {
      const { value: entry, done } = entries.next();
      if (done === true) return;
      if (nextSeq !== undefined && entry.key !== nextSeq) throw new Error(`event ${entry.key} comes next`);
      block = unpacked(entry);
    } catch (thrown) {
      lost = thrown;
      break;
    }
    yield follow(block);
  }
  const loose = looseEntries(file);
  for (;;) {
    const block = looseBlock(loose, nextSeq ?? loose.keyUpTo(fromSeq));
    if (block === undefined) break;
    yield follow(block);
  }
  if (!isEnded) throw new LogDamage(path, nextSeq ?? fromSeq, lost, file.shortness());
}

/** The first of the entries of a key that holds events: texts lie under the same keys. */
function looseBlock(loose: LooseEntries, key: number | undefined): LogBlock | undefined {
  if (key === undefined) return undefined;
  for (const entry of loose.entriesOf(key)) {
    try {
      return unpacked(entry);
    } catch {}
  }
  return undefined;
}

function unpacked({ key, value }: Entry): LogBlock {
  return { firstSeq: key, events: unpackEvents(value, key) };
}
