import { studentQuantile } from './student.ts';

/** A load's throughput with what its batch means say of it. */
export interface MeasuredLoad {
  readonly clients: number;
  readonly throughput: number;
  /** Half the width of the 95 % interval of 10 batch means, as a share of the throughput. */
  readonly relativeHalfWidth?: number;
}

/** The quantile of Student's t that half widths of 10 batch means were made with, and its degrees of freedom. */
const halfWidthQuantile = 2.262;
const degrees = 9;

/**
 * The loads between which a throughput first reaches a share of the plateau, with 95 % confidence: the largest load that
 * surely stays below it, and the smallest that surely reaches it. The point lies above the first and is at most the second.
 *
 * Whether a load reaches the share is judged by Welch's test on the logarithm of throughput / (share x plateau), two-sided
 * at 5 %. A load without an interval of its own bounds nothing; a plateau without one gives `undefined`.
 *
 * @param loads ascending
 * @param share of the plateau's throughput, 0 to 1
 * @returns `above` is 0 where no load surely stays below
 */
export function saturationInterval(
  loads: readonly MeasuredLoad[],
  plateau: MeasuredLoad,
  share: number,
): readonly [above: number, upTo: number] | undefined {
  if (plateau.relativeHalfWidth === undefined) return undefined;
  const upTo = loads.find((load) => load === plateau || isSurely('above', load, plateau, share)) ?? plateau;
  const below = loads.filter((load) => load.clients < upTo.clients && isSurely('below', load, plateau, share));
  return [below.at(-1)?.clients ?? 0, upTo.clients];
}

/**
 * Whether a throughput is above or below `share` times another one, with 97.5 % confidence; never where one of the two has
 * no interval.
 */
function isSurely(side: 'above' | 'below', load: MeasuredLoad, other: MeasuredLoad, share: number): boolean {
  const interval = ratioInterval(load, other);
  if (interval === undefined) return false;
  return side === 'above' ? interval[0] > share : interval[1] < share;
}

/**
 * The 95 % interval of the ratio of two throughputs, by Welch's test on its logarithm; so each end holds by itself with
 * 97.5 %. `undefined` where one of the two has no interval of its own.
 */
export function ratioInterval(
  load: MeasuredLoad,
  other: MeasuredLoad,
): readonly [atLeast: number, atMost: number] | undefined {
  if (load.relativeHalfWidth === undefined || other.relativeHalfWidth === undefined) return undefined;
  const own = (load.relativeHalfWidth / halfWidthQuantile) ** 2;
  const others = (other.relativeHalfWidth / halfWidthQuantile) ** 2;
  const ratio = load.throughput / other.throughput;
  const variance = own + others;
  if (variance === 0) return [ratio, ratio];
  const df = (degrees * variance ** 2) / (own ** 2 + others ** 2);
  const factor = Math.exp(studentQuantile(0.05, df) * Math.sqrt(variance));
  return [ratio / factor, ratio * factor];
}
