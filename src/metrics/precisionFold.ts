import { type RandomStream, randomStream } from '../core/random.ts';
import type { LevelPrepared } from '../events/events.ts';
import { blockErrors } from './blockBootstrap.ts';
import { type Block, BlockTally, comparedLatencies } from './blockTally.ts';
import type { CreditTimeline } from './creditTimeline.ts';
import type { FinishedLevel, LevelObserver, LevelSpan } from './levelObserver.ts';
import { comparedValues, type LevelPrecision, toPrecision } from './levelPrecision.ts';
import type { TrackedRequest } from './trackedRequest.ts';
import { WeightedQuantiles } from './weightedQuantiles.ts';

/** What is asked of a level. */
export interface PrecisionSettings {
  /** Shares of the percentiles, 0 to 1, ascending. */
  readonly percentiles: readonly number[];
  /** Of the draws of blocks. */
  readonly seed: number;
}

const leastBlocks = 10;
const mostBlocks = 20;
/**
 * A block is at least that many median end-to-end latencies long, so that blocks are nearly independent: with 3, as batch
 * means have it, equal runs had a verdict too often (docs/compare.md).
 */
const blockLatencies = 4;

/** Takes the standard error of every compared figure of each level, while its fold goes on. */
export class PrecisionFold {
  readonly #settings: PrecisionSettings;
  readonly #levels = new Map<number, LevelPrecision>();

  constructor(settings: PrecisionSettings) {
    this.#settings = settings;
  }

  /** By the number of the level; a level that was skipped has none. */
  get levels(): ReadonlyMap<number, LevelPrecision> {
    return this.#levels;
  }

  observe({ level, atMs }: LevelPrepared): LevelObserver {
    const tally = new BlockTally(atMs);
    return {
      settled: (request, isInside) => collect(tally, request, isInside),
      finished: (finished) => {
        const random = randomStream(this.#settings.seed, 'blocks of level', level);
        this.#levels.set(level, estimate(finished, tally, this.#settings.percentiles, random));
      },
    };
  }
}

function collect(
  tally: BlockTally,
  { outcome, figures, sentAtMs, closedAtMs }: TrackedRequest,
  isInside: boolean,
): void {
  if (figures !== undefined && isInside && sentAtMs !== undefined) tally.addLatencies(sentAtMs, figures);
  if (outcome === undefined || (outcome.type === 'request.failed' && outcome.kind === 'aborted')) return;
  tally.addEnded(closedAtMs, figures === undefined);
}

function estimate(
  finished: FinishedLevel,
  tally: BlockTally,
  shares: readonly number[],
  random: RandomStream,
): LevelPrecision {
  const { summary, span, credits, latencies } = finished;
  const figures = comparedValues(summary, shares, (figure, share) => latencies.valuesOf(figure).quantile(share));
  const medianMs = summary.e2eMs.p50;
  if (span === undefined || credits === undefined || medianMs === undefined || summary.steady === undefined) {
    return toPrecision(summary, 0, figures);
  }
  const lengthMs = span.toMs - span.fromMs;
  const blocks = Math.min(mostBlocks, Math.floor(lengthMs / (blockLatencies * medianMs)));
  if (blocks < leastBlocks) {
    const neededSeconds = (leastBlocks * blockLatencies * medianMs) / 1000;
    return { ...toPrecision(summary, 0, figures), neededSeconds };
  }
  const statistics = statisticsOf(tally.blocks(span.fromMs, span.toMs, blocks), credits, span, shares);
  const errors = blockErrors(blocks, random, statistics);
  return toPrecision(summary, blocks, figures, errors);
}

/** The same figures, in the same order, as a draw of blocks gives them. */
function statisticsOf(
  blocks: readonly Block[],
  credits: CreditTimeline,
  { fromMs, toMs }: LevelSpan,
  shares: readonly number[],
): (weights: Float64Array) => readonly number[] {
  const rates = (['requests', 'tokens'] as const).map((credit) => credits.batches(credit, fromMs, toMs, blocks.length));
  const spreads = comparedLatencies.map((figure) => new WeightedQuantiles(blocks.map((one) => one.latencies[figure])));
  return (weights) => {
    const sum = (of: (block: number) => number): number =>
      weights.reduce((total, weight, block) => total + weight * of(block), 0);
    const bad = sum((block) => blocks[block]?.bad ?? 0);
    const ended = sum((block) => blocks[block]?.ended ?? 0);
    return [
      ...rates.map((rate) => Math.log(sum((block) => rate[block] as number))),
      bad / ended,
      ...spreads.flatMap((spread) =>
        [spread.mean(weights), ...spread.quantiles(weights, shares)].map((value) => Math.log(value)),
      ),
    ];
  };
}
