import { relative } from 'node:path';
import { SpeedometerError } from '../core/errors.ts';
import {
  type FindPercentile,
  judgeObjective,
  type Objective,
  type ObjectiveVerdict,
  objectiveShares,
  requestLimits,
} from '../criteria/objective.ts';
import { replay } from '../criteria/replay.ts';
import type { Recorded } from '../events/events.ts';
import { untilDamage } from '../events/logDamage.ts';
import { allDefinitions } from '../metrics/definitions/allDefinitions.ts';
import type { Definitions } from '../metrics/definitions/definitions.ts';
import { DetailFold, type LevelDetail } from '../metrics/levelDetail.ts';
import type { Distribution, LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { WindowChoice } from '../metrics/steadyWindow.ts';
import type { ReportedRun } from '../reports/reportedRun.ts';
import { openRun } from './openRun.ts';
import type { ReportOptions } from './reportOptions.ts';

/** What is asked of each log. */
export interface ReportQuestion {
  readonly window: WindowChoice;
  readonly definitions?: Definitions;
  /** Shares, 0 to 1. */
  readonly percentiles: readonly number[];
  readonly objectives: readonly Objective[];
}

/**
 * Reads a log into all that a report shows.
 * @param argument names the log, see `openRun`
 * @throws SpeedometerError `usage` where it cannot be read
 */
export async function loadReport(argument: string, resultDir: string, question: ReportQuestion): Promise<ReportedRun> {
  const { window, definitions, percentiles, objectives } = question;
  const opened = openRun(argument, resultDir);
  try {
    const shares = [...percentiles, ...objectiveShares(objectives)];
    const byDefinitions = definitions === undefined ? {} : { definitions };
    const details = new DetailFold({ percentiles: shares, limits: requestLimits(objectives), ...byDefinitions });
    let liveDigest: string | undefined;
    let damage: string | undefined;
    const batches = listened(
      untilDamage(opened.log.batches(), (found) => {
        damage = found.message;
      }),
      (digest) => {
        liveDigest = digest;
      },
    );
    const views = { window, ...byDefinitions, observe: details.observe.bind(details) };
    const { summary, digest } = replay(batches, opened.options, views);
    const isComparable =
      window === 'steady' && definitions === undefined && liveDigest !== undefined && liveDigest !== '';
    return {
      label: [opened.started.api, opened.started.model, opened.started.runId].join(' · '),
      place: shortest(opened.folder),
      started: opened.started,
      summary,
      details: details.details,
      window,
      ...byDefinitions,
      ...(isComparable ? { isRepeated: digest === liveDigest } : {}),
      ...(damage === undefined ? {} : { damage }),
      objectives,
      verdicts: verdictsOf(summary, objectives, details.details, shares),
      percentiles,
    };
  } finally {
    await opened.log.close();
  }
}

/** A level from its start to its end, as other tools take it. */
const entireLevel: WindowChoice = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

/**
 * Which figures are asked for: over which window, by whose formulas.
 * @throws SpeedometerError `usage` where a window is asked for that the formulas do not have
 */
export function readFigures({
  window,
  definitions: name,
}: Pick<ReportOptions, 'window' | 'definitions'>): Pick<ReportQuestion, 'window' | 'definitions'> {
  if (name === undefined) return { window: readWindow(window) };
  if (window === 'steady') return { window: entireLevel, definitions: allDefinitions[name] };
  throw new SpeedometerError('usage', `--window ${window}: the formulas of ${name} look at whole levels`, {
    hint: 'Give --window or --definitions, not both.',
  });
}

/** Reads `steady`, `all` or `10..60`. @throws SpeedometerError `usage` where a stretch ends before it begins */
export function readWindow(text: string): WindowChoice {
  if (text === 'steady' || text === 'all') return text;
  const [from = 0, to = 0] = text.split('..').map(Number);
  if (to > from) return { fromMs: from * 1000, toMs: to * 1000 };
  throw new SpeedometerError('usage', `--window: expected FROM..TO with TO after FROM, got ${text}`, {
    hint: 'Seconds from the start of each level: --window 10..60',
  });
}

/** Passes batches on, and tells of the digest that the live run left at the end. */
function* listened(
  batches: Iterable<readonly Recorded[]>,
  onDigest: (digest: string) => void,
): Iterable<readonly Recorded[]> {
  for (const batch of batches) {
    const last = batch.at(-1);
    if (last?.type === 'run.finished') onDigest(last.digest);
    yield batch;
  }
}

function verdictsOf(
  { levels }: RunSummary,
  objectives: readonly Objective[],
  details: ReadonlyMap<number, LevelDetail>,
  shares: readonly number[],
): ReadonlyMap<number, readonly ObjectiveVerdict[]> {
  if (objectives.length === 0) return new Map();
  return new Map(
    levels.map((level) => {
      const find = findIn(level, details.get(level.level), shares);
      return [level.level, objectives.map((objective) => judgeObjective(objective, level, find))];
    }),
  );
}

/** Percentiles out of the level's detail; those of a level of an earlier run as far as its summary has them. */
function findIn(level: LevelSummary, detail: LevelDetail | undefined, shares: readonly number[]): FindPercentile {
  return (figure, share) => {
    const spread = detail?.spreads[figure];
    if (spread !== undefined) return spread.percentiles[shares.indexOf(share)];
    const distribution: Distribution = level[figure];
    const known: Readonly<Record<number, number | undefined>> = {
      0.5: distribution.p50,
      0.9: distribution.p90,
      0.95: distribution.p95,
      0.99: distribution.p99,
    };
    return known[share];
  };
}

/** A path as a reader of this folder would write it. */
export function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && !fromHere.startsWith('..') ? fromHere : path;
}
