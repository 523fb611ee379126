import { type Observable, share, tap } from 'rxjs';
import type { RecordedBatch } from '../events/eventLog.ts';
import { type Analysed, analysedBatches } from '../metrics/analysed.ts';
import { Digest } from '../metrics/digest.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { RunFold } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';
import { criteria } from './registry.ts';
import type { OutsideCriteria } from './stopCriteria.ts';

/** The stream behind the recorder, live or replayed: the very same figures and decisions. */
export interface Pipeline {
  /** Events in log order, each followed by the figures that it completed. */
  readonly analysed$: Observable<Analysed>;
  readonly decisions$: Observable<Decision>;
  summary(): RunSummary;
  /** Over all figures and decisions until now. */
  digest(): string;
}

/**
 * Builds the pipeline; it runs while `analysed$` or `decisions$` has a subscriber, and only once.
 * @param outside the criteria of modules that the options name
 * @throws SpeedometerError `usage` where a stop rule cannot be read, with the column
 */
export function createPipeline(
  recorded$: Observable<Pick<RecordedBatch, 'events'>>,
  options: MetricsOptions & CriteriaOptions,
  views: FoldViews = {},
  outside: OutsideCriteria = new Map(),
): Pipeline {
  const hasRules = [options.stop, options.stop_level].some((rules = []) => rules.length > 0);
  const fold = new RunFold(options, { ...views, ...(hasRules ? { takesPrecision: true } : {}) });
  const digest = new Digest();
  const analysed$ = recorded$.pipe(
    analysedBatches(fold),
    tap((item) => digest.add(item)),
    share(),
  );
  const decisions$ = analysed$.pipe(
    criteria(options, outside),
    tap((decision) => digest.addDecision(decision)),
    share(),
  );
  return { analysed$, decisions$, summary: () => fold.summary(), digest: () => digest.hex() };
}
