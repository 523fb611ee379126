import type { Recorded } from '../../src/events/events.ts';
import type { Analysed } from '../../src/metrics/analysed.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { LiveFold } from '../../src/terminal/liveFold.ts';

/** What every run has; a criterion of each kind. */
export const liveOptions = {
  window_seconds: 10,
  early_stop_latency: 10,
  max_error_ratio: 0.5,
  stop_at_plateau: true,
  precision: undefined,
  max_level_seconds: undefined,
};

/** A log as the analysed stream has it. */
export function analysedItems(events: readonly Recorded[]): readonly Analysed[] {
  const fold = new RunFold(liveOptions);
  return events.flatMap((event) => [event, ...fold.add(event)]);
}

/** The live fold of a log. */
export function playedFold(events: readonly Recorded[]): LiveFold {
  const fold = new LiveFold(liveOptions);
  for (const item of analysedItems(events)) fold.add(item);
  return fold;
}
