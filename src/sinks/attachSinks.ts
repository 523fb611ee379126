import type { Observable } from 'rxjs';
import { messageOf } from '../core/errors.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { Sink } from './sink.ts';

/** Sinks that listen. */
export interface AttachedSinks {
  /** @returns words for a person on each sink that could not finish: the log is closed by then */
  finish(summary: RunSummary): Promise<readonly string[]>;
}

/**
 * Lets sinks listen to a run. One that throws is left out from then on, and `warn` says so: it harms neither the run nor
 * the others.
 */
export function attachSinks(
  sinks: readonly Sink[],
  recorded$: Observable<RecordedBatch>,
  figures$: Observable<Figures>,
  warn: (message: string) => void,
): AttachedSinks {
  const listening = new Set(sinks);

  function each(step: (sink: Sink) => void): void {
    for (const sink of listening) {
      try {
        step(sink);
      } catch (thrown) {
        leaveOut(sink, thrown);
      }
    }
  }

  function leaveOut(sink: Sink, thrown: unknown): void {
    listening.delete(sink);
    warn(`${sink.name}: ${messageOf(thrown)}. The run goes on without it.`);
  }

  const ignore = () => {}; // the log's failure is reported by the run itself
  recorded$.subscribe({ next: (batch) => each((sink) => sink.write(batch)), error: ignore });
  figures$.subscribe({ next: (figures) => each((sink) => sink.figure(figures)), error: ignore });

  return {
    async finish(summary) {
      const failures: string[] = [];
      for (const sink of listening) {
        try {
          await sink.finish(summary);
        } catch (thrown) {
          failures.push(`${sink.name}: ${messageOf(thrown)}`);
        }
      }
      return failures;
    },
  };
}
