import type { Load } from '../events/events.ts';
import type { ComparedFigure } from './comparedFigure.ts';
import { isShare, moreIsBetter, nameOf } from './comparedFigure.ts';
import { type FigureComparison, type LevelComparison, type Repeats, significance } from './compareRuns.ts';
import { holm } from './holm.ts';
import { statisticOf } from './objective.ts';
import { readWorsening } from './parseExpression.ts';
import { type Placed, refuseAt } from './words.ts';

const latencies = { ttft: 'ttftMs', tpot: 'tpotMs', e2e: 'e2eMs' } as const;
const singles = ['requests_per_s', 'output_tokens_per_s', 'error_ratio'] as const;

/** What must not get worse: `p99(ttft) worse by 5%`. */
export interface Regression {
  /** As it was written. */
  readonly text: string;
  readonly figure: ComparedFigure;
  /** As a share of the figure before; of all requests, for a share of failures. */
  readonly by: number;
}

/** What one level of two runs says of it. `unknown` is neither. */
export interface RegressionVerdict {
  readonly regression: Regression;
  readonly load: Load;
  readonly clients: number;
  /** As the level has them. */
  readonly repeats?: Repeats;
  readonly status: 'kept' | 'regressed' | 'unknown';
  /** How much worse it is, as the limit is given; below 0 where it is better. */
  readonly worseBy?: number;
  /** Why it is unknown, in words. */
  readonly reason?: string;
}

/**
 * Reads by how much a figure may get worse.
 * @throws SpeedometerError `usage` with the column and what was expected there
 */
export function parseRegression(text: string): Regression {
  const place = '--fail_if';
  const { name, argument, percent } = readWorsening(text, place);
  const refuse = (placed: Placed<unknown>, expected: string): never =>
    refuseAt(text, place, placed.column, `expected ${expected}, got ${String(placed.value)}`);
  if (percent.value <= 0) refuse(percent, 'a number of % over 0');
  const by = percent.value / 100;
  if (argument === undefined) {
    const single = singles.find((known) => known === name.value);
    if (single === undefined) return refuse(name, `${singles.join(', ')} or a statistic such as p99(ttft)`);
    if (single === 'error_ratio' && by > 1) refuse(percent, 'a number of % up to 100');
    return { text, figure: { kind: 'single', name: single }, by };
  }
  const statistic = statisticOf(name.value);
  if (statistic === undefined || statistic === 'max') return refuse(name, 'mean or a percentile such as p99');
  const figure = Object.hasOwn(latencies, argument.value)
    ? latencies[argument.value as keyof typeof latencies]
    : refuse(argument, Object.keys(latencies).join(', '));
  return { text, figure: { kind: 'latency', figure, statistic }, by };
}

/**
 * Holds levels of two runs against regressions. A figure has regressed where it is worse by the limit or more, and the
 * difference from no change at all is shown, corrected for the number of figures and levels that are judged
 * ({@link holm}).
 */
export function judgeRegressions(
  regressions: readonly Regression[],
  levels: readonly LevelComparison[],
): readonly RegressionVerdict[] {
  const judged = levels.flatMap(({ load, clients, repeats, figures, reason }) =>
    regressions.map((regression) => {
      const found = figures.find(({ figure }) => nameOf(figure) === nameOf(regression.figure));
      const of = { regression, load, clients, ...(repeats === undefined ? {} : { repeats }) };
      return { of, found, reason: found?.reason ?? reason };
    }),
  );
  const adjusted = holm(judged.map(({ found }) => found?.pValue ?? 1));
  return judged.map(({ of, found, reason }, index): RegressionVerdict => {
    const worseBy = found === undefined ? undefined : worsening(found);
    const told = { ...of, ...(worseBy === undefined ? {} : { worseBy }) };
    if (worseBy === undefined || reason !== undefined) {
      return { ...told, status: 'unknown', reason: reason ?? 'not measured' };
    }
    const isShown = (adjusted[index] as number) <= significance;
    return { ...told, status: isShown && worseBy >= of.regression.by ? 'regressed' : 'kept' };
  });
}

/** `undefined` where there is nothing to divide by. */
function worsening({ figure, ratio, difference }: FigureComparison): number | undefined {
  if (isShare(figure)) return difference;
  if (ratio === undefined) return undefined;
  return moreIsBetter(figure) ? 1 - ratio : ratio - 1;
}
