import type { Recorded } from '../events/events.ts';
import type { Analysed } from '../metrics/analysed.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { RunFold } from '../metrics/runFold.ts';
import type { Saturation } from '../metrics/runSummary.ts';
import { saturation } from '../metrics/saturation.ts';
import { askedObjectives } from './askedObjectives.ts';
import type { Decision } from './criterion.ts';
import type { CriteriaSettings } from './namedRule.ts';
import { seatPanel } from './panel.ts';
import { type OutsideCriteria, sweepStop } from './stopCriteria.ts';

/** What one stop rule would have made of one sweep. */
export interface BacktestRow {
  readonly sweep: number;
  /** The rule as it was written. */
  readonly stop: string;
  /** Absent where it would not have stopped the sweep. */
  readonly decision?: Decision;
  /** Parallel clients of the level at which it would have stopped, or of the last one. */
  readonly clients: number;
  /** Of the whole sweep, from its first warm-up on, and what would have been left of it. */
  readonly seconds: number;
  readonly savedSeconds: number;
  /** Requests that ended, and those that would not have been sent; warm-ups too. */
  readonly requests: number;
  readonly savedRequests: number;
  /** Where the sweep saturates, and where it would have seemed to. A level that is cut short counts for nothing. */
  readonly full: Saturation;
  readonly stopped: Saturation;
  /** Plateau of the stopped sweep over that of the full one, less 1; absent where one of them has none. */
  readonly plateauErrorRatio?: number;
}

/** What a sweep has come to at some moment. */
interface Progress {
  readonly levels: readonly LevelSummary[];
  readonly requests: number;
}

class SweepRecord {
  readonly levels: LevelSummary[] = [];
  readonly decisions = new Map<string, { readonly decision: Decision; readonly progress: Progress }>();
  requests = 0;
  startMs = Number.POSITIVE_INFINITY;
  endMs = 0;
}

/**
 * Where each rule would have ended the sweeps of a recorded run. Rules see the events in the order of the log, as they do in
 * a live run, so they decide at the very event at which that would have been stopped.
 *
 * @param batches of the log, in order
 * @param options those of the run: what the rules' names mean
 * @param stops values of `--stop`
 * @returns a row for each sweep and rule, in that order
 * @throws SpeedometerError `usage` where a rule cannot be read, with the column
 */
export function backtest(
  batches: Iterable<readonly Recorded[]>,
  options: CriteriaSettings,
  stops: readonly string[],
  outside: OutsideCriteria = new Map(),
): readonly BacktestRow[] {
  const objectives = askedObjectives(options);
  const fold = new RunFold(
    { ...options, window_seconds: options.window_seconds ?? 10 },
    { takesPrecision: true, ...(objectives === undefined ? {} : { objectives }) },
  );
  const sweeps = new SweepRecords();
  const panels = stops.flatMap((stop) => {
    const criterion = sweepStop(stop, options, outside);
    return criterion === undefined ? [] : [seatPanel([criterion], (decision) => sweeps.decide(stop, decision))];
  });
  const hear = (item: Analysed): void => {
    sweeps.add(item); // first, so that a decision finds the event counted that it rests on
    for (const panel of panels) panel(item);
  };
  for (const events of batches) {
    for (const event of events) {
      const figures = fold.add(event);
      hear(event);
      for (const figure of figures) hear(figure);
    }
  }
  return sweeps.rows(stops);
}

/** Keeps what each sweep came to, and what it had come to when rules decided. */
class SweepRecords {
  readonly #sweeps = new Map<number, SweepRecord>();
  #open: SweepRecord | undefined;

  add(item: Analysed): void {
    switch (item.type) {
      case 'level.prepared':
        this.#open = this.#of(item.sweep);
        this.#open.startMs = Math.min(this.#open.startMs, item.atMs);
        break;
      case 'request.completed':
      case 'request.failed':
        if (this.#open !== undefined) this.#open.requests++;
        break;
      case 'level.finished':
        if (this.#open !== undefined) this.#open.endMs = item.atMs;
        break;
      case 'level.summarized':
        this.#of(item.summary.sweep).levels.push(item.summary);
        break;
    }
  }

  decide(stop: string, decision: Decision): void {
    const { levels, requests, decisions } = this.#of(decision.sweep);
    if (!decisions.has(stop)) decisions.set(stop, { decision, progress: { levels: [...levels], requests } });
  }

  rows(stops: readonly string[]): readonly BacktestRow[] {
    return [...this.#sweeps].flatMap(([sweep, record]) => stops.map((stop) => rowOf(sweep, stop, record)));
  }

  #of(sweep: number): SweepRecord {
    const record = this.#sweeps.get(sweep) ?? new SweepRecord();
    this.#sweeps.set(sweep, record);
    return record;
  }
}

function rowOf(sweep: number, stop: string, record: SweepRecord): BacktestRow {
  const { levels, requests, startMs, endMs } = record;
  const met = record.decisions.get(stop);
  const full = saturation(levels);
  const stopped = met === undefined ? full : saturation(met.progress.levels);
  const [whole, part] = [full, stopped].map(plateauOf);
  const stoppedLevel = met === undefined ? levels.at(-1) : levels.find(({ level }) => level === met.decision.level);
  return {
    sweep,
    stop,
    ...(met === undefined ? {} : { decision: met.decision }),
    clients: stoppedLevel?.clients ?? 0,
    seconds: Math.max(0, endMs - startMs) / 1000,
    savedSeconds: met === undefined ? 0 : Math.max(0, endMs - met.decision.atMs) / 1000,
    requests,
    savedRequests: met === undefined ? 0 : requests - met.progress.requests,
    full,
    stopped,
    ...(whole === undefined || part === undefined ? {} : { plateauErrorRatio: part / whole - 1 }),
  };
}

function plateauOf({ outputTokensPerSec, requestsPerSec }: Saturation): number | undefined {
  return outputTokensPerSec ?? requestsPerSec;
}
