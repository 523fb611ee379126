import type { Clock } from '../core/clock.ts';
import type { EventLog } from '../events/eventLog.ts';
import type { ListenerOptions } from '../sinks/listenerOptions.ts';
import type { Sink } from '../sinks/sink.ts';
import type { SinkRun } from '../sinks/sinkModule.ts';

/** The sinks that the options of a run ask for beside those of every run. */
export interface RunListeners {
  readonly sinks: readonly Sink[];
  /** What a person should know of them before the run. */
  readonly words: readonly string[];
  /** Puts itself before the log of the run, where somebody wants to see how long it takes. */
  readonly watchLog: (log: EventLog) => EventLog;
}

/**
 * Starts who is to listen to a run; their code is loaded only where it is asked for.
 * @throws SpeedometerError `usage` where a module makes no sink, or the port cannot be had, or a file not be written
 */
export async function startListeners(
  { sink: paths = [], serve_metrics: address, timeline: tracePath }: ListenerOptions,
  { clock, ...run }: SinkRun & { readonly clock: Clock },
): Promise<RunListeners> {
  const sinks: Sink[] = [];
  const words: string[] = [];
  if (paths.length > 0) {
    const { createOutsideSink } = await import('../sinks/sinkModule.ts');
    for (const path of paths) sinks.push(await createOutsideSink(path, run));
  }
  if (address !== undefined) {
    const { startPrometheusSink } = await import('../sinks/prometheusSink.ts');
    const metrics = await startPrometheusSink(address);
    sinks.push(metrics);
    words.push(`Metrics for Prometheus: ${metrics.url}`);
  }
  let watchLog = (log: EventLog): EventLog => log;
  if (tracePath !== undefined) {
    const { createTimeline } = await import('../sinks/timeline.ts');
    const timeline = createTimeline(tracePath, clock);
    sinks.push(timeline);
    watchLog = timeline.watch;
  }
  return { sinks, words, watchLog };
}
