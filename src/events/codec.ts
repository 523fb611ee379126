import { Packr } from 'msgpackr';
import type { Batch } from './eventLog.ts';
import type { Recorded, RunEvent } from './events.ts';
import type { ExchangeText } from './texts.ts';

// Record structures are written into each block, so that every block can be read alone; structures shared over the
// whole log would halve the size but triple the time of reading.
const packr = new Packr({ useRecords: true, moreTypes: true });

/** A batch as it travels and is stored: packed once, by whoever saw the events. */
export function packBatch(events: readonly RunEvent[], texts: readonly ExchangeText[] = []): Batch {
  const packed = packr.pack(events);
  return texts.length === 0
    ? { packed, count: events.length }
    : { packed, count: events.length, packedTexts: packr.pack(texts) };
}

/** The events of a packed batch, numbered from `firstSeq`. */
export function unpackEvents(packed: Uint8Array, firstSeq: number): readonly Recorded[] {
  const events = packr.unpack(packed) as (RunEvent & { seq: number })[];
  let seq = firstSeq;
  for (const event of events) event.seq = seq++;
  return events;
}

export function unpackTexts(packed: Uint8Array | undefined): readonly ExchangeText[] {
  return packed === undefined ? [] : (packr.unpack(packed) as ExchangeText[]);
}
