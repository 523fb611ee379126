import { Observable, type OperatorFunction } from 'rxjs';
import type { Analysed } from '../metrics/analysed.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Criterion, Decision } from './criterion.ts';
import { earlyStopLatency } from './earlyStopLatency.ts';
import { loadSearch } from './loadSearch.ts';
import { maxErrorRatio } from './maxErrorRatio.ts';
import { maxLevelSeconds } from './maxLevelSeconds.ts';
import { seatPanel } from './panel.ts';
import { plateau } from './plateau.ts';
import { precisionReached } from './precisionReached.ts';

/** Every criterion, a line each; `undefined` where the options leave it off. */
const registry: readonly ((options: CriteriaOptions & Pick<MetricsOptions, 'precision'>) => Criterion | undefined)[] = [
  (options) => earlyStopLatency(options.early_stop_latency),
  (options) => maxErrorRatio(options.max_error_ratio),
  (options) => (options.max_level_seconds === undefined ? undefined : maxLevelSeconds(options.max_level_seconds)),
  (options) => (options.stop_at_plateau ? plateau() : undefined),
  (options) => (options.precision === undefined ? undefined : precisionReached(options.precision)),
  () => loadSearch(),
];

/** The criteria that the options ask for, in the registry's order. */
export function askedCriteria(options: CriteriaOptions & Pick<MetricsOptions, 'precision'>): readonly Criterion[] {
  return registry.map((create) => create(options)).filter((one) => one !== undefined);
}

/** All of them over one subscription to the stream; decisions come as a {@link seatPanel} makes them. */
export function criteria(
  options: CriteriaOptions & Pick<MetricsOptions, 'precision'>,
): OperatorFunction<Analysed, Decision> {
  return (items$) =>
    new Observable<Decision>((subscriber) =>
      items$.subscribe({
        next: seatPanel(askedCriteria(options), (decision) => subscriber.next(decision)),
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}
