import { defer, filter, map, Observable, type OperatorFunction } from 'rxjs';
import type { Recorded } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { MetricsOptions } from './metricsOptions.ts';
import type { RollingWindow } from './rollingWindow.ts';
import { type Figures, type LevelSummarized, RunFold, type WindowClosed } from './runFold.ts';

/** What criteria and sinks see: every event, and after it the figures that it completed. */
export type Analysed = Recorded | Figures;

/**
 * Puts the figures of a fold into the stream of events, each right after the event that completed it. The fold is the
 * caller's, who can ask it for the run's summary; use one for one subscription.
 */
export function analysed(fold: RunFold): OperatorFunction<Recorded, Analysed> {
  return (events$) =>
    new Observable<Analysed>((subscriber) =>
      events$.subscribe({
        next: (event) => {
          const figures = fold.add(event);
          subscriber.next(event);
          for (const figure of figures) subscriber.next(figure);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}

/** The summary of each level as it ends. */
export function levelSummaries(options: MetricsOptions): OperatorFunction<Recorded, LevelSummary> {
  return (events$) =>
    defer(() => events$.pipe(analysed(new RunFold(options)))).pipe(
      filter((item): item is LevelSummarized => item.type === 'level.summarized'),
      map(({ summary }) => summary),
    );
}

/** The rolling windows as they close. */
export function rollingWindows(options: MetricsOptions): OperatorFunction<Recorded, RollingWindow> {
  return (events$) =>
    defer(() => events$.pipe(analysed(new RunFold(options)))).pipe(
      filter((item): item is WindowClosed => item.type === 'window.closed'),
      map(({ window }) => window),
    );
}
