import type { JsonValue, Load } from '../events/events.ts';
import { distributionOfSorted } from './distribution.ts';
import type { LevelSummary } from './levelSummary.ts';

/** A sweep as far as repeats go. */
interface TitledSweep {
  readonly id: number;
  readonly options: { readonly [option: string]: JsonValue };
}

/** How much one figure differs between the repeats of a level. */
export interface RepeatSpread {
  /** Of the figures of the repeats. */
  readonly mean: number;
  /** Of the sample (n - 1). Absent for a single repeat. */
  readonly sd?: number;
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** Repeats that have the figure. */
  readonly count: number;
}

/** The figures of one load, between the repeats of a sweep. What no repeat has is absent. */
export interface RepeatedLoad {
  /** How hard its levels pushed. */
  readonly load: Load;
  /** The numbers of its levels, in the order in which they were run. */
  readonly levels: readonly number[];
  /** Of the throughputs of steady windows. */
  readonly requestsPerSec?: RepeatSpread;
  /** Of the same in output tokens. */
  readonly outputTokensPerSec?: RepeatSpread;
  /** Of the medians of TTFT. */
  readonly ttftP50Ms?: RepeatSpread;
  /** Of its 99th percentiles. */
  readonly ttftP99Ms?: RepeatSpread;
  /** Of the medians of TPOT. */
  readonly tpotP50Ms?: RepeatSpread;
  /** Of its 99th percentiles. */
  readonly tpotP99Ms?: RepeatSpread;
  /** Of the means of e2e. */
  readonly e2eMeanMs?: RepeatSpread;
  /** Of its 99th percentiles. */
  readonly e2eP99Ms?: RepeatSpread;
}

/** A sweep that was run several times. */
export interface RepeatedSweep {
  /** The `id` of each of its sweeps. */
  readonly sweeps: readonly number[];
  /** In ascending order. */
  readonly loads: readonly RepeatedLoad[];
}

/** A figure of {@link RepeatedLoad}. */
export type RepeatedFigure = Exclude<keyof RepeatedLoad, 'load' | 'levels'>;

const figures: Readonly<Record<RepeatedFigure, (level: LevelSummary) => number | undefined>> = {
  requestsPerSec: ({ steady }) => steady?.requestsPerSec,
  outputTokensPerSec: ({ steady }) => steady?.outputTokensPerSec,
  ttftP50Ms: ({ ttftMs }) => ttftMs.p50,
  ttftP99Ms: ({ ttftMs }) => ttftMs.p99,
  tpotP50Ms: ({ tpotMs }) => tpotMs.p50,
  tpotP99Ms: ({ tpotMs }) => tpotMs.p99,
  e2eMeanMs: ({ e2eMs }) => e2eMs.mean,
  e2eP99Ms: ({ e2eMs }) => e2eMs.p99,
};

/** Which repeat of its options a level belongs to, from 1; `undefined` where they are not repeated. */
export function repeatOf(
  { sweeps }: { readonly sweeps: readonly TitledSweep[] },
  { sweep }: Pick<LevelSummary, 'sweep'>,
): number | undefined {
  const repeat = sweeps.find(({ id }) => id === sweep)?.options['repeat'];
  return typeof repeat === 'number' ? repeat : undefined;
}

/**
 * How much the figures of each load differ between the repeats of a sweep (`--repeats`). Levels that failed or were interrupted
 * count nowhere, since they measured something else.
 */
export function repeatedSweeps(
  sweeps: readonly TitledSweep[],
  levels: readonly LevelSummary[],
): readonly RepeatedSweep[] {
  const groups: number[][] = [];
  for (const { id, options } of sweeps) {
    const { repeat } = options;
    if (repeat === 1) groups.push([id]);
    else if (repeat !== undefined) groups.at(-1)?.push(id);
  }
  return groups.map((group) => ({
    sweeps: group,
    loads: loadsOf(levels.filter(({ sweep, status }) => group.includes(sweep) && counts(status))),
  }));
}

function counts(status: LevelSummary['status']): boolean {
  return status !== 'failed' && status !== 'interrupted' && status !== 'degraded';
}

function loadsOf(levels: readonly LevelSummary[]): readonly RepeatedLoad[] {
  const loads = [...new Map(levels.map(({ load }) => [load.value, load])).values()];
  loads.sort((one, other) => one.value - other.value);
  return loads.map((load) => {
    const ofLoad = levels.filter((level) => level.load.value === load.value);
    const spreads = (Object.keys(figures) as RepeatedFigure[]).flatMap((name) => {
      const spread = spreadOf(ofLoad.flatMap((level) => figures[name](level) ?? []));
      return spread === undefined ? [] : [[name, spread] as const];
    });
    return { load, levels: ofLoad.map(({ level }) => level), ...Object.fromEntries(spreads) };
  });
}

function spreadOf(values: readonly number[]): RepeatSpread | undefined {
  const { mean, sd, min, max, count } = distributionOfSorted(Float64Array.from(values).sort(), 0);
  if (mean === undefined || min === undefined || max === undefined) return undefined;
  return sd === undefined ? { mean, min, max, count } : { mean, sd, min, max, count };
}
