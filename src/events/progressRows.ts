import type { Writable } from '../core/writable.ts';
import type { Recorded, RequestProgressed } from './events.ts';
import { countAt } from './requestRows.ts';

/** All `request.progressed` of a block: a row of numbers each, and their chunks one after the other. */
export interface ProgressBlock {
  readonly rows: Float64Array;
  readonly chunkAtMs: Float64Array;
  /** Only of those events whose server tells. */
  readonly chunkTokens: Uint32Array;
}

/** Columns of a row as it is written; see `sentColumns`. */
const columns = 7;

export function toProgressBlock(events: readonly RequestProgressed[]): ProgressBlock {
  const rows = new Float64Array(columns * events.length);
  const chunkAtMs = new Float64Array(events.reduce((count, event) => count + event.chunkAtMs.length, 0));
  const chunkTokens = new Uint32Array(events.reduce((count, event) => count + (event.chunkTokens?.length ?? 0), 0));
  let at = 0;
  let chunk = 0;
  let told = 0;
  for (const event of events) {
    rows[at] = event.worker;
    rows[at + 1] = event.atMs;
    rows[at + 2] = event.level;
    rows[at + 3] = event.request;
    rows[at + 4] = event.warmup ? 1 : 0;
    rows[at + 5] = event.chunkAtMs.length;
    rows[at + 6] = event.chunkTokens === undefined ? 0 : 1;
    at += columns;
    chunkAtMs.set(event.chunkAtMs, chunk);
    chunk += event.chunkAtMs.length;
    if (event.chunkTokens === undefined) continue;
    chunkTokens.set(event.chunkTokens, told);
    told += event.chunkTokens.length;
  }
  return { rows, chunkAtMs, chunkTokens };
}

/** Reads the events of a block one after the other. Their chunks are views of the block's. */
export class ProgressReader {
  readonly #block: ProgressBlock;
  readonly #width: number;
  #at = 0;
  #chunk = 0;
  #told = 0;

  /** @param count events in the block */
  constructor(block: ProgressBlock, count: number) {
    this.#block = block;
    this.#width = count === 0 ? 0 : block.rows.length / count;
  }

  next(seq: number): Recorded<RequestProgressed> {
    const { rows, chunkAtMs, chunkTokens } = this.#block;
    const at = this.#at;
    const chunks = countAt(rows, at + 5);
    const from = this.#chunk;
    this.#at += this.#width;
    this.#chunk += chunks;
    const event: Writable<Recorded<RequestProgressed>> = {
      type: 'request.progressed',
      seq,
      worker: countAt(rows, at),
      atMs: rows[at + 1] as number,
      level: countAt(rows, at + 2),
      request: countAt(rows, at + 3),
      warmup: rows[at + 4] === 1,
      chunkAtMs: new Float64Array(chunkAtMs.buffer, chunkAtMs.byteOffset + from * chunkAtMs.BYTES_PER_ELEMENT, chunks),
    };
    if (rows[at + 6] === 0) return event;
    const told = this.#told;
    this.#told += chunks;
    const toldAt = chunkTokens.byteOffset + told * chunkTokens.BYTES_PER_ELEMENT;
    event.chunkTokens = new Uint32Array(chunkTokens.buffer, toldAt, chunks);
    return event;
  }
}
