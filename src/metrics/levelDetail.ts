import type { LevelPrepared } from '../events/events.ts';
import { definedFigures } from './definitions/definedFigures.ts';
import type { Definitions } from './definitions/definitions.ts';
import { Histogram, type HistogramBin } from './histogram.ts';
import type { LatencyFigure } from './latencyTally.ts';
import type { FinishedLevel, LevelObserver, LevelSpan } from './levelObserver.ts';
import type { RequestLimit } from './requestLimit.ts';
import { type TimelineBin, TimelineTally } from './timelineTally.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

/** What is asked of a log beside its summary. */
export interface DetailSettings {
  /** Shares, 0 to 1, that percentiles are wanted of. */
  readonly percentiles: readonly number[];
  /** Goodput counts the requests that keep all of them. */
  readonly limits: readonly RequestLimit[];
  /** By whose formulas they are held; ours where absent. */
  readonly definitions?: Definitions;
}

/** The spread of one figure over a level, fit to be drawn. */
export interface FigureSpread {
  /** 16 bins an octave. */
  readonly bins: readonly HistogramBin[];
  /** The value at each of {@link drawnShares}: exact as far as the figure's sample is. */
  readonly quantiles: readonly number[];
  /** The values at the shares that were asked for, in their order. */
  readonly percentiles: readonly number[];
}

/** Pictures of one level. Bounded, whatever the number of its requests. */
export interface LevelDetail {
  readonly level: number;
  /** Absent where the level never started. */
  readonly span?: LevelSpan;
  readonly spreads: Partial<Record<LatencyFigure, FigureSpread>>;
  readonly timeline: readonly TimelineBin[];
  /** Tokens of completed requests: of their prompts, of the answers that were asked for and of those that came. */
  readonly lengths: {
    readonly prompts: readonly HistogramBin[];
    readonly asked: readonly HistogramBin[];
    readonly came: readonly HistogramBin[];
  };
  /** Requests that completed in the window and kept every limit, a second; absent where there is no window or no limit. */
  readonly goodputPerSec?: number;
}

/** Shares at which a distribution is drawn: closer together where its tail is. */
export const drawnShares: readonly number[] = [
  ...Array.from({ length: 45 }, (_, index) => index / 50),
  ...Array.from({ length: 9 }, (_, index) => (90 + index) / 100),
  ...Array.from({ length: 10 }, (_, index) => (990 + index) / 1000),
  1,
];

const drawnBits = 4;
const figures: readonly LatencyFigure[] = ['queueMs', 'ttftMs', 'tpotMs', 'itlMs', 'e2eMs'];

/** Collects what reports draw of each level, while its fold goes on. */
export class DetailFold {
  readonly #settings: DetailSettings;
  readonly #details = new Map<number, LevelDetail>();

  constructor(settings: DetailSettings) {
    this.#settings = settings;
  }

  /** By the number of the level; a level that was skipped has none. */
  get details(): ReadonlyMap<number, LevelDetail> {
    return this.#details;
  }

  observe(prepared: LevelPrepared): LevelObserver {
    const collector = new LevelCollector(prepared, this.#settings);
    return {
      settled: (request) => collector.add(request),
      finished: (level) => void this.#details.set(prepared.level, collector.finish(level)),
    };
  }
}

class LevelCollector {
  readonly #level: number;
  readonly #settings: DetailSettings;
  readonly #timeline: TimelineTally;
  readonly #prompts = new Histogram(drawnBits);
  readonly #asked = new Histogram(drawnBits);
  readonly #came = new Histogram(drawnBits);
  /** When requests that kept every limit ended. */
  readonly #good: number[] = [];

  constructor({ level, atMs }: LevelPrepared, settings: DetailSettings) {
    this.#level = level;
    this.#settings = settings;
    this.#timeline = new TimelineTally(atMs);
  }

  add(request: TrackedRequest): void {
    this.#timeline.add(request);
    const completed = answered(request.outcome);
    const { figures } = request;
    if (completed === undefined || figures === undefined) return;
    this.#prompts.record(completed.promptTokens);
    this.#asked.record(request.maxNewTokens);
    this.#came.record(completed.outputTokens);
    const { limits, definitions } = this.#settings;
    if (limits.length === 0) return;
    const values = definitions === undefined ? figures : definedFigures(completed, definitions);
    const isGood = limits.every(({ figure, holds }) => {
      const value = values[figure];
      return value === undefined || holds(value);
    });
    if (isGood) this.#good.push(completed.closedAtMs);
  }

  finish({ span, latencies }: FinishedLevel): LevelDetail {
    const spreads: Partial<Record<LatencyFigure, FigureSpread>> = {};
    for (const figure of figures) {
      const values = latencies.valuesOf(figure);
      if (values.count === 0) continue;
      const at = (share: number): number => values.quantile(share) as number;
      const bins = (values instanceof Histogram ? coarse(values) : values.histogram(drawnBits)).bins();
      spreads[figure] = { bins, quantiles: drawnShares.map(at), percentiles: this.#settings.percentiles.map(at) };
    }
    return {
      level: this.#level,
      ...(span === undefined ? {} : { span, ...this.#goodput(span) }),
      spreads,
      timeline: span === undefined ? [] : this.#timeline.bins(span.startMs, span.endMs),
      lengths: { prompts: this.#prompts.bins(), asked: this.#asked.bins(), came: this.#came.bins() },
    };
  }

  #goodput({ fromMs, toMs }: LevelSpan): Pick<LevelDetail, 'goodputPerSec'> {
    if (this.#settings.limits.length === 0 || !(toMs > fromMs)) return {};
    const inside = this.#good.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
    return { goodputPerSec: (inside * 1000) / (toMs - fromMs) };
  }
}

function coarse(values: Histogram): Histogram {
  const histogram = new Histogram(drawnBits);
  histogram.absorb(values);
  return histogram;
}
