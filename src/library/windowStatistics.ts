import { percentileOfSorted } from '../metrics/percentile.ts';
import type { TimeWindow } from './windowByEventTime.ts';

/** Reads a figure off a value; `undefined` where it has none. */
export type ReadFigure<Value> = (value: Value) => number | undefined;

/** Values a second. */
export function throughput({ fromMs, toMs, values }: TimeWindow<unknown>): number {
  return (values.length * 1000) / (toMs - fromMs);
}

/** The mean of a figure over the values that have it; `undefined` where none has. */
export function meanOf<Value>(read: ReadFigure<Value>): (window: TimeWindow<Value>) => number | undefined {
  return (window) => {
    const figures = figuresOf(window, read);
    return figures.length === 0 ? undefined : figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  };
}

/**
 * The exact percentile of a figure over the values that have it: linear between ranks, as numpy has it.
 *
 * @param share 0 to 1
 * @returns `undefined` where no value has the figure
 * @throws RangeError for a share that is not
 */
export function percentile<Value>(
  share: number,
  read: ReadFigure<Value>,
): (window: TimeWindow<Value>) => number | undefined {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share: expected 0 to 1, got ${share}`);
  return (window) => percentileOfSorted(Float64Array.from(figuresOf(window, read)).sort(), share);
}

function figuresOf<Value>({ values }: TimeWindow<Value>, read: ReadFigure<Value>): readonly number[] {
  return values.map(read).filter((figure) => figure !== undefined);
}
