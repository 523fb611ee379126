import { concatMap, map, type Observable, Subject } from 'rxjs';
import { masked } from '../core/secrets.ts';
import { packBatch } from '../events/codec.ts';
import type { Batch, EventLog, RecordedBatch } from '../events/eventLog.ts';
import type { RunEvent } from '../events/events.ts';

/** The head of the pipeline: what goes in here is stored first, and only then seen by anybody else. */
export interface Recorder {
  /** Batches as the log acknowledged them, in log order. Errors once the log cannot be written. */
  readonly recorded$: Observable<RecordedBatch>;
  submit(batch: Batch): void;
  /** Submits events of the main process. */
  emit(...events: readonly RunEvent[]): void;
  /** Resolves once all that was submitted before has been stored and seen by every subscriber; rejects with the log's error. */
  settled(): Promise<void>;
  /** Ends the stream once all is stored; what is submitted afterwards is lost. */
  finish(): void;
}

interface Waiter {
  readonly after: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Starts recording into `log`. Subscribe to `recorded$` before the first batch is submitted. */
export function createRecorder(log: EventLog): Recorder {
  const submitted = new Subject<Batch>();
  const recorded = new Subject<RecordedBatch>();
  const waiters: Waiter[] = [];
  let taken = 0;
  let delivered = 0;
  let failure: { readonly error: unknown } | undefined;

  const append = (batch: Batch) => {
    const stored = log.append(batch);
    stored.catch(() => {}); // after the first failure nobody waits for the transactions behind it
    return stored;
  };
  submitted
    .pipe(
      map(append), // transactions overlap; concatMap keeps their order
      concatMap((stored) => stored),
    )
    .subscribe({
      next: (batch) => {
        recorded.next(batch);
        delivered++;
        while (waiters[0] !== undefined && waiters[0].after <= delivered) waiters.shift()?.resolve();
      },
      error: (error: unknown) => {
        failure = { error };
        recorded.error(error);
        for (const waiter of waiters.splice(0)) waiter.reject(error);
      },
      complete: () => recorded.complete(),
    });

  const submit = (batch: Batch) => {
    taken++;
    submitted.next(batch);
  };
  return {
    recorded$: recorded.asObservable(),
    submit,
    emit: (...events) => submit(packBatch(events.map(masked))),
    settled: () =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure.error);
        else if (delivered >= taken) resolve();
        else waiters.push({ after: taken, resolve, reject });
      }),
    finish: () => submitted.complete(),
  };
}
