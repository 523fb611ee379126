import type { ComparedLatency } from '../metrics/blockTally.ts';
import type { Estimate, LevelPrecision } from '../metrics/levelPrecision.ts';

/** A figure by which two runs are compared. */
export type ComparedFigure =
  | { readonly kind: 'latency'; readonly figure: ComparedLatency; readonly statistic: 'mean' | number }
  | { readonly kind: 'single'; readonly name: 'requests_per_s' | 'output_tokens_per_s' | 'error_ratio' };

/** Whether more of it is better; latencies and failures are better when there is less. */
export function moreIsBetter(figure: ComparedFigure): boolean {
  return figure.kind === 'single' && figure.name !== 'error_ratio';
}

/** Compared by difference, since it is 0 where all is well; all others are compared by their ratio. */
export function isShare(figure: ComparedFigure): boolean {
  return figure.kind === 'single' && figure.name === 'error_ratio';
}

/** `p99(ttft)`, `requests_per_s`: the name by which objectives and gates know it. */
export function nameOf(figure: ComparedFigure): string {
  if (figure.kind === 'single') return figure.name;
  const { statistic } = figure;
  const of = statistic === 'mean' ? 'mean' : `p${Number((statistic * 100).toPrecision(12))}`;
  return `${of}(${figure.figure.slice(0, -2)})`;
}

/** A figure of a level. @param shares of the percentiles that the level has */
export function estimateOf(
  figure: ComparedFigure,
  level: LevelPrecision,
  shares: readonly number[],
): Estimate | undefined {
  if (figure.kind === 'latency') {
    const latency = level.latencies[figure.figure];
    const { statistic } = figure;
    return statistic === 'mean' ? latency?.mean : latency?.percentiles[shares.indexOf(statistic)];
  }
  switch (figure.name) {
    case 'requests_per_s':
      return level.requestsPerSec;
    case 'output_tokens_per_s':
      return level.outputTokensPerSec;
    case 'error_ratio':
      return level.errorRatio;
  }
}
