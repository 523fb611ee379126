import type { RandomStream } from '../core/random.ts';

/** How often each block is drawn; whole numbers that add up to the number of blocks. */
export type BlockWeights = Float64Array;

/** Draws of all blocks: a standard error from that many is itself within 3 %. */
const replicates = 500;

/**
 * Standard errors of statistics of a level, from its blocks of event time: as many blocks as there are, drawn with
 * replacement, 500 times; the standard deviation of each statistic over the draws, times `sqrt(n / (n - 1))`, since n
 * blocks drawn from themselves spread by that much too little. Whole blocks are drawn, for requests that share a batch
 * are not independent (Künsch 1989; Lahiri, *Resampling Methods for Dependent Data*, 2003, for blocks that do not
 * overlap).
 *
 * @param count of blocks, at least 2
 * @param statistics the values for one draw; one that is not finite says that it has none
 * @returns in the order of the statistics; `undefined` where over one draw in 20 has no value
 */
export function blockErrors(
  count: number,
  random: RandomStream,
  statistics: (weights: BlockWeights) => readonly number[],
): readonly (number | undefined)[] {
  const weights = new Float64Array(count);
  const spreads: Spread[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    weights.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const block = Math.floor(random() * count);
      weights[block] = (weights[block] as number) + 1;
    }
    for (const [index, value] of statistics(weights).entries()) {
      spreads[index] ??= new Spread();
      spreads[index].add(value);
    }
  }
  return spreads.map((spread) => spread.error(count));
}

const leastReplicates = replicates * 0.95;

/** Welford's running variance. */
class Spread {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count++;
    const off = value - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (value - this.#mean);
  }

  error(blocks: number): number | undefined {
    if (this.#count < leastReplicates) return undefined;
    return Math.sqrt((this.#squares / (this.#count - 1)) * (blocks / (blocks - 1)));
  }
}
