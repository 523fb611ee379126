import { from, tap } from 'rxjs';
import type { Recorded } from '../events/events.ts';
import { analysed } from '../metrics/analysed.ts';
import { Digest } from '../metrics/digest.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { RunFold } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';
import { criteria } from './registry.ts';

/** What a log says when it is read again. */
export interface Replay {
  readonly summary: RunSummary;
  readonly decisions: readonly Decision[];
  /** Equals that of `run.finished` if the live side saw the same. */
  readonly digest: string;
}

/** Folds a stored run again, with the options that stand in its `run.started`. */
export function replay(events: Iterable<Recorded>, options: MetricsOptions & CriteriaOptions): Replay {
  const fold = new RunFold(options);
  const digest = new Digest();
  const decisions: Decision[] = [];
  from(events)
    .pipe(
      analysed(fold),
      tap((item) => digest.add(item)),
      criteria(options),
    )
    .subscribe((decision) => {
      digest.addDecision(decision);
      decisions.push(decision);
    });
  return { summary: fold.summary(), decisions, digest: digest.hex() };
}
