import { Observable, type OperatorFunction } from 'rxjs';

/**
 * Passes a value on once a condition has held for a time without a break, by the values' own stamps; then not again until
 * it was broken. A condition that is unknown (`undefined`) breaks it: it is never taken for true.
 *
 * @param durationMs 0 passes on the first value for which it holds
 * @param holds the condition
 * @param atMsOf the stamp of a value, ms
 * @example windows$.pipe(forAtLeast(5000, ({ failures }) => (failures.timeout ?? 0) > 0, ({ toMs }) => toMs))
 */
export function forAtLeast<Value>(
  durationMs: number,
  holds: (value: Value) => boolean | undefined,
  atMsOf: (value: Value) => number,
): OperatorFunction<Value, Value> {
  return (source) =>
    new Observable((subscriber) => {
      let sinceMs: number | undefined;
      let isSaid = false;
      return source.subscribe({
        next(value) {
          if (holds(value) !== true) {
            sinceMs = undefined;
            isSaid = false;
            return;
          }
          const atMs = atMsOf(value);
          sinceMs ??= atMs;
          if (isSaid || atMs - sinceMs < durationMs) return;
          isSaid = true;
          subscriber.next(value);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
