import type { Recorded } from '../events/events.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { createAnalysis } from './analysis.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';

/** What a log says when it is read again. */
export interface Replay {
  readonly summary: RunSummary;
  readonly decisions: readonly Decision[];
  /** Equals that of `run.finished` if the live side saw the same. */
  readonly digest: string;
}

/**
 * Sends a stored run through what the live run went through, batch by batch.
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
  const analysis = createAnalysis(options, views);
  const decisions: Decision[] = [];
  for (const events of batches) decisions.push(...analysis.take(events).decisions);
  return { summary: analysis.summary(), decisions, digest: analysis.digest() };
}
