import { type Attainment, type AttainmentBlock, inPairs, judgeAttainment } from './attainment.ts';

/** What share of requests is to keep every objective, and how sure a verdict on it has to be. */
export interface AttainmentTarget {
  /** Share of requests, 0 to 1. */
  readonly attain: number;
  /** The longest limit among the objectives, ms: a server that is a little too slow takes a while until it misses it. */
  readonly limitMs: number;
  /** Chance that a verdict is wrong, over all looks at one level together. */
  readonly chance: number;
}

/** With 2.5 % more than a server can bear, the wait has grown to the limit after so many times the limit. */
const leastLimits = 100;
const narrowestMs = 50;
/** Blocks double in width at twice as many. */
const leastBlocks = 20;
/** A look is taken when there are so many times the requests of the one before. */
const lookGrowth = 1.5;
/** Fewer make no verdict, nor do so few that hardly a miss is to be expected. */
const leastRequests = 200;
const leastExpectedMisses = 2;
/** The first part of what is known fills the server. */
const fillingShare = 0.1;

/**
 * Counts requests by when they were due, and looks at the share that kept every objective: first at 200 requests, or when 2 misses would be expected
 * at the target, then with each half as many requests more. Look k (from 1) has `chance / (k (k + 1))` of the chance
 * of error, which makes up the whole of it however many there are. The first tenth of the time is not counted.
 */
export class AttainmentTally {
  readonly #target: AttainmentTarget;
  readonly #startMs: number;
  #widthMs = narrowestMs;
  #blocks: AttainmentBlock[] = [];
  #nextLook: number;
  #looks = 0;
  #latest: Attainment | undefined;

  constructor(target: AttainmentTarget, startMs: number) {
    this.#target = target;
    this.#startMs = startMs;
    this.#nextLook = Math.max(leastRequests, leastExpectedMisses / (1 - target.attain));
  }

  /** The newest look; a verdict stays what it is. */
  get latest(): Attainment | undefined {
    return this.#latest;
  }

  /** @param dueAtMs not before the start @param isGood whether it kept every objective */
  add(dueAtMs: number, isGood: boolean): void {
    let index = Math.floor((dueAtMs - this.#startMs) / this.#widthMs);
    if (index < 0) return;
    while (index >= 2 * leastBlocks) {
      this.#blocks = inPairs(this.#blocks);
      this.#widthMs *= 2;
      index = Math.floor((dueAtMs - this.#startMs) / this.#widthMs);
    }
    while (this.#blocks.length <= index) this.#blocks.push({ count: 0, missed: 0 });
    const block = this.#blocks[index] as AttainmentBlock;
    block.count++;
    if (!isGood) block.missed++;
  }

  /** Takes the next look, if it is its turn. @param untilMs every request that was due before is known */
  look(untilMs: number): Attainment | undefined {
    if (this.#latest !== undefined && this.#latest.verdict !== 'open') return this.#latest;
    const whole = Math.floor((untilMs - this.#startMs) / this.#widthMs);
    const blocks = this.#blocks.slice(Math.ceil(fillingShare * whole), whole);
    if (blocks.length < fillingBlocks || countOf(blocks) < this.#nextLook) return this.#latest;
    this.#looks++;
    this.#nextLook = lookGrowth * countOf(blocks);
    const judged = judgeAttainment(
      blocks,
      this.#target.attain,
      this.#target.chance / (this.#looks * (this.#looks + 1)),
    );
    if (judged === undefined) return this.#latest;
    const isTooSoon = judged.verdict === 'held' && untilMs - this.#startMs < leastLimits * this.#target.limitMs;
    this.#latest = { ...judged, ...(isTooSoon ? { verdict: 'open' } : {}), looks: this.#looks };
    return this.#latest;
  }
}

const fillingBlocks = (1 - fillingShare) * leastBlocks - 1;

function countOf(blocks: readonly AttainmentBlock[]): number {
  return blocks.reduce((sum, { count }) => sum + count, 0);
}
