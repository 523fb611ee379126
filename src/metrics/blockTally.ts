import { Histogram } from './histogram.ts';
import type { RequestFigures } from './requestFigures.ts';

/** Latencies that runs are compared by. */
export type ComparedLatency = 'ttftMs' | 'tpotMs' | 'e2eMs';

export const comparedLatencies: readonly ComparedLatency[] = ['ttftMs', 'tpotMs', 'e2eMs'];

/** What happened in a stretch of a level: latencies by when requests were sent, outcomes by when they ended. */
export class Block {
  readonly latencies: Readonly<Record<ComparedLatency, Histogram>> = {
    ttftMs: new Histogram(),
    tpotMs: new Histogram(),
    e2eMs: new Histogram(),
  };
  ended = 0;
  bad = 0;

  merge(other: Block): void {
    for (const figure of comparedLatencies) this.latencies[figure].merge(other.latencies[figure]);
    this.ended += other.ended;
    this.bad += other.bad;
  }
}

const narrowestMs = 10;
const mostBins = 256;

/**
 * A level in at most 256 short stretches of event time, of which equal blocks are made once its window is known. They
 * begin 10 ms wide and double in width whenever the level outgrows them: memory does not grow with its requests.
 */
export class BlockTally {
  readonly #originMs: number;
  #widthMs = narrowestMs;
  #bins: (Block | undefined)[] = [];

  /** @param originMs no stamp of a measured request is before it */
  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  addLatencies(sentAtMs: number, figures: RequestFigures): void {
    const { latencies } = this.#at(sentAtMs);
    for (const figure of comparedLatencies) {
      const value = figures[figure];
      if (value !== undefined) latencies[figure].record(value);
    }
  }

  /** @param isBad whether it failed or came back empty */
  addEnded(closedAtMs: number, isBad: boolean): void {
    const bin = this.#at(closedAtMs);
    bin.ended++;
    if (isBad) bin.bad++;
  }

  /** Equal blocks of a stretch; a bin belongs to the block in which its middle lies, what lies outside to the nearest. */
  blocks(fromMs: number, toMs: number, count: number): readonly Block[] {
    const blocks = Array.from({ length: count }, () => new Block());
    for (const [index, bin] of this.#bins.entries()) {
      if (bin === undefined) continue;
      const middleMs = this.#originMs + (index + 0.5) * this.#widthMs;
      const block = Math.floor(((middleMs - fromMs) / (toMs - fromMs)) * count);
      blocks[Math.min(count - 1, Math.max(0, block))]?.merge(bin);
    }
    return blocks;
  }

  #at(atMs: number): Block {
    let index = Math.max(0, Math.floor((atMs - this.#originMs) / this.#widthMs));
    while (index >= mostBins) {
      this.#widen();
      index = Math.max(0, Math.floor((atMs - this.#originMs) / this.#widthMs));
    }
    const bin = this.#bins[index] ?? new Block();
    this.#bins[index] = bin;
    return bin;
  }

  #widen(): void {
    const wide: (Block | undefined)[] = [];
    for (let index = 0; index < this.#bins.length; index += 2) {
      const [left, right] = [this.#bins[index], this.#bins[index + 1]];
      if (left !== undefined && right !== undefined) left.merge(right);
      wide.push(left ?? right);
    }
    this.#bins = wide;
    this.#widthMs *= 2;
  }
}
