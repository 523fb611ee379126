import { unpackEvents, unpackTexts } from './codec.ts';
import type { Batch, EventLog, EventLogReader } from './eventLog.ts';

/** A log in memory, for tests and for programs that keep none: the same packing, no file. */
export function createMemoryLog(): EventLog & EventLogReader {
  const blocks: { readonly firstSeq: number; readonly batch: Batch }[] = [];
  const sources = new Map<number, string>();
  let nextSeq = 0;
  return {
    async append(batch) {
      const firstSeq = nextSeq;
      nextSeq += batch.count;
      blocks.push({ firstSeq, batch });
      return { firstSeq, events: unpackEvents(batch.packed, firstSeq), texts: unpackTexts(batch.packedTexts) };
    },
    async appendSource(id, text) {
      sources.set(id, text);
    },
    *batches(fromSeq = 0) {
      for (const { firstSeq, batch } of blocks) {
        if (firstSeq + batch.count <= fromSeq) continue;
        yield unpackEvents(batch.packed, firstSeq).slice(Math.max(0, fromSeq - firstSeq));
      }
    },
    *texts(fromSeq = 0) {
      for (const { firstSeq, batch } of blocks) if (firstSeq >= fromSeq) yield unpackTexts(batch.packedTexts);
    },
    textsOf: (firstSeq) => unpackTexts(blocks.find((block) => block.firstSeq === firstSeq)?.batch.packedTexts),
    source: (id) => sources.get(id),
    async close() {},
  };
}
