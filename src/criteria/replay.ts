import { Subject } from 'rxjs';
import type { Recorded } from '../events/events.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';
import { createPipeline } from './pipeline.ts';

/** What a log says when it is read again. */
export interface Replay {
  readonly summary: RunSummary;
  readonly decisions: readonly Decision[];
  /** Equals that of `run.finished` if the live side saw the same. */
  readonly digest: string;
}

/**
 * Sends a stored run through the pipeline that the live run went through, batch by batch.
 *
 * @param batches of the log, in order (`EventLogReader.batches`)
 * @param options those that stand in the log's `run.started`
 * @param views how it is looked at; the digest is the live one only where the window is the steady one
 */
export function replay(
  batches: Iterable<readonly Recorded[]>,
  options: MetricsOptions & CriteriaOptions,
  views: FoldViews = {},
): Replay {
  const recorded$ = new Subject<{ readonly events: readonly Recorded[] }>();
  const pipeline = createPipeline(recorded$, options, views);
  const decisions: Decision[] = [];
  let failure: { readonly error: unknown } | undefined;
  pipeline.decisions$.subscribe({
    next: (decision) => decisions.push(decision),
    error: (error: unknown) => {
      failure = { error };
    },
  });
  for (const events of batches) {
    recorded$.next({ events });
    if (failure !== undefined) throw failure.error;
  }
  return { summary: pipeline.summary(), decisions, digest: pipeline.digest() };
}
