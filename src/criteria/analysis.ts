import type { Recorded } from '../events/events.ts';
import { Digest } from '../metrics/digest.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { type Figures, RunFold } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { askedObjectives } from './askedObjectives.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';
import type { Decision } from './criterion.ts';
import { seatPanel } from './panel.ts';
import { askedCriteria } from './registry.ts';
import type { OutsideCriteria } from './stopCriteria.ts';

/** A batch and all that was concluded from it. */
export interface AnalysedBatch {
  readonly events: readonly Recorded[];
  readonly figures: readonly Figures[];
  readonly decisions: readonly Decision[];
}

/** What lies behind the pipeline's streams: a batch goes in, what it brought about comes out. */
export interface Analysis {
  take(events: readonly Recorded[]): AnalysedBatch;
  summary(): RunSummary;
  digest(): string;
}

/** Folds and judges events one by one, in plain calls: they are too many for a stream. */
export function createAnalysis(
  options: MetricsOptions & CriteriaOptions,
  views: FoldViews = {},
  outside: OutsideCriteria = new Map(),
): Analysis {
  const hasRules = [options.stop, options.stop_level].some((rules = []) => rules.length > 0);
  const objectives = askedObjectives(options);
  const fold = new RunFold(options, {
    ...views,
    ...(hasRules ? { takesPrecision: true } : {}),
    ...(objectives === undefined ? {} : { objectives }),
  });
  const digest = new Digest();
  let decisions: Decision[] = [];
  const hear = seatPanel(askedCriteria(options, outside), (decision) => {
    digest.addDecision(decision);
    decisions.push(decision);
  });
  return {
    take(events) {
      decisions = [];
      const figures: Figures[] = [];
      for (const event of events) {
        const completed = fold.add(event);
        hear(event);
        for (const figure of completed) {
          digest.add(figure);
          figures.push(figure);
          hear(figure);
        }
      }
      return { events, figures, decisions };
    },
    summary: () => fold.summary(),
    digest: () => digest.hex(),
  };
}
