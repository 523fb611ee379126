/** A scale from values to places between 0 and 1. */
export interface Axis {
  /** Round values, ascending. */
  readonly ticks: readonly number[];
  readonly isLogarithmic: boolean;
  /** 0 at the beginning of the axis, 1 at its end. */
  place(value: number): number;
}

/** Values that spread further than this can't be told apart on a linear scale of a terminal. */
const widestLinear = 20;

/**
 * An axis that ends at the largest value: linear from 0, or logarithmic from a little under the smallest where the values
 * spread too far for a linear one.
 *
 * @param values over 0
 * @param mostTicks at least 3
 */
export function createAxis(values: readonly number[], mostTicks: number): Axis {
  const least = Math.min(...values);
  const most = Math.max(...values);
  return most > least * widestLinear ? createLogAxis(least / 1.2, most, mostTicks) : createLinearAxis(most, mostTicks);
}

function createLinearAxis(most: number, mostTicks: number): Axis {
  const step = roundStep(most / (mostTicks - 1));
  const count = Math.floor(most / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => rounded(index * step));
  return { ticks, isLogarithmic: false, place: (value) => value / most };
}

function createLogAxis(from: number, most: number, mostTicks: number): Axis {
  const ladders = [[1, 2, 5], [1, 3], [1]].map((digits) => ladderTicks(digits, from, most));
  const ticks = ladders.find(({ length }) => length <= mostTicks) ?? thinned(ladders.at(-1) ?? [], mostTicks);
  const span = Math.log(most / from);
  return { ticks, isLogarithmic: true, place: (value) => Math.log(value / from) / span };
}

/** Digits times powers of ten within a range. */
function ladderTicks(digits: readonly number[], from: number, to: number): readonly number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
    ticks.push(...digits.map((digit) => rounded(digit * 10 ** power)).filter((tick) => tick >= from && tick <= to));
  }
  return ticks;
}

function thinned(ticks: readonly number[], most: number): readonly number[] {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % every === 0);
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not under `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
