import { Observable, type OperatorFunction } from 'rxjs';

/** Values whose stamps lie in [fromMs, toMs). */
export interface TimeWindow<Value> {
  readonly fromMs: number;
  readonly toMs: number;
  /** In the order in which they came. */
  readonly values: readonly Value[];
}

/**
 * Groups values by their own stamps into windows side by side, aligned to 0: a replay yields the windows that the live run
 * had. A window is emitted once a value at or after its end has come, the last one when the source completes. Those
 * between two values that hold nothing are emitted too. A value that comes late joins the oldest window that is open.
 *
 * @param widthMs above 0
 * @throws RangeError for a width that is not
 * @example requests$.pipe(windowByEventTime(1000), map(throughput))
 */
export function windowByEventTime<Value extends { readonly atMs: number }>(
  widthMs: number,
): OperatorFunction<Value, TimeWindow<Value>> {
  if (!(widthMs > 0)) throw new RangeError(`widthMs: expected a number above 0, got ${widthMs}`);
  return (source) =>
    new Observable((subscriber) => {
      let index: number | undefined;
      let values: Value[] = [];
      const emit = (at: number) => {
        subscriber.next({ fromMs: at * widthMs, toMs: (at + 1) * widthMs, values });
        values = [];
      };
      return source.subscribe({
        next(value) {
          const own = Math.floor(value.atMs / widthMs);
          index ??= own;
          for (; index < own; index++) emit(index);
          values.push(value);
        },
        error: (error) => subscriber.error(error),
        complete() {
          if (index !== undefined) emit(index);
          subscriber.complete();
        },
      });
    });
}
