import type { Observable } from 'rxjs';
import { type Clock, createRunClock } from '../core/clock.ts';
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

const finishLimitMs = 10_000;

/**
 * Lets sinks listen to a run. One that throws, or whose promise is rejected, is left out from then on, and `warn` says so:
 * it harms neither the run nor the others. Nothing waits for a promise but the end of the run, for 10 s at most.
 *
 * @param clock for that limit
 */
export function attachSinks(
  sinks: readonly Sink[],
  recorded$: Observable<RecordedBatch>,
  figures$: Observable<Figures>,
  warn: (message: string) => void,
  clock: Clock = createRunClock(0),
): AttachedSinks {
  const listening = new Set(sinks);

  function each(step: (sink: Sink) => unknown): void {
    for (const sink of listening) {
      try {
        const pending = step(sink); // an async method passes for one that returns nothing
        if (pending instanceof Promise) pending.catch((thrown: unknown) => leaveOut(sink, thrown));
      } catch (thrown) {
        leaveOut(sink, thrown);
      }
    }
  }

  function leaveOut(sink: Sink, thrown: unknown): void {
    if (!listening.delete(sink)) return;
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
          await inTime(sink.finish(summary), clock);
        } catch (thrown) {
          failures.push(`${sink.name}: ${messageOf(thrown)}`);
        }
      }
      return failures;
    },
  };
}

async function inTime(finishing: void | Promise<void>, clock: Clock): Promise<void> {
  if (finishing === undefined) return;
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    const words = `not done ${finishLimitMs / 1000} s after the run's end`;
    timer = clock.setTimeout(() => reject(new Error(words)), finishLimitMs);
  });
  try {
    await Promise.race([finishing, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
