import { map, mergeMap, type Observable, share } from 'rxjs';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { Analysed } from '../metrics/analysed.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { type AnalysedBatch, createAnalysis } from './analysis.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';
import type { OutsideCriteria } from './stopCriteria.ts';

/** The stream behind the recorder, live or replayed: the very same figures and decisions. */
export interface Pipeline {
  /** Events in log order, each followed by the figures that it completed. */
  readonly analysed$: Observable<Analysed>;
  /** The figures of it alone: who needs no events is not called for each. */
  readonly figures$: Observable<Figures>;
  readonly decisions$: Observable<Decision>;
  summary(): RunSummary;
  /** Over all figures and decisions until now. */
  digest(): string;
}

/**
 * Builds the pipeline; it runs while one of its streams has a subscriber, and only once.
 * @param outside the criteria of modules that the options name
 * @throws SpeedometerError `usage` where a stop rule cannot be read, with the column
 */
export function createPipeline(
  recorded$: Observable<Pick<RecordedBatch, 'events'>>,
  options: MetricsOptions & CriteriaOptions,
  views: FoldViews = {},
  outside: OutsideCriteria = new Map(),
): Pipeline {
  const analysis = createAnalysis(options, views, outside);
  const batches$ = recorded$.pipe(
    map(({ events }) => analysis.take(events)),
    share(),
  );
  return {
    analysed$: batches$.pipe(mergeMap(inOrder)),
    figures$: batches$.pipe(mergeMap(({ figures }) => figures)),
    decisions$: batches$.pipe(mergeMap(({ decisions }) => decisions)),
    summary: analysis.summary,
    digest: analysis.digest,
  };
}

/** Each event, and after it the figures that it completed. */
function* inOrder({ events, figures }: AnalysedBatch): Iterable<Analysed> {
  let next = 0;
  for (const event of events) {
    yield event;
    for (let figure = figures[next]; figure?.atSeq === event.seq; figure = figures[++next]) yield figure;
  }
}
