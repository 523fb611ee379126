import { Observable, type OperatorFunction } from 'rxjs';

/**
 * Groups values by their own stamps into windows of equal width, counted from 0, so that a replay yields the windows
 * that the live run had. A group is emitted with the first value beyond it, the last one at the end; empty windows are
 * not. Values must come in the order of their stamps: one that comes late joins the open group.
 */
export function windowByEventTime<T extends { readonly atMs: number }>(
  widthMs: number,
): OperatorFunction<T, readonly T[]> {
  return (values$) =>
    new Observable<readonly T[]>((subscriber) => {
      let group: T[] = [];
      let groupEndMs = Number.NEGATIVE_INFINITY;
      const flush = (): void => {
        if (group.length > 0) subscriber.next(group);
        group = [];
      };
      return values$.subscribe({
        next: (value) => {
          if (value.atMs >= groupEndMs) {
            flush();
            groupEndMs = (Math.floor(value.atMs / widthMs) + 1) * widthMs;
          }
          group.push(value);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          flush();
          subscriber.complete();
        },
      });
    });
}
