import type { RecordedBatch } from '../events/eventLog.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';

/**
 * Whoever listens to a run. A sink that throws is left out from then on, with a warning; the run goes on. Only the log,
 * which is no sink but the head of the stream, can end a run.
 */
export interface Sink {
  readonly name: string;
  /** Each batch once the log has acknowledged it, with texts. What it takes, the pipeline waits; its promise nobody awaits. */
  write(batch: RecordedBatch): void;
  /** A window or a level summary, after the batch with the event that completed it. */
  figure(figure: Figures): void;
  /** The run is over, and all is written. Waited for, 10 s at most. */
  finish(summary: RunSummary): void | Promise<void>;
}
