import { scaleLinear, scaleLog } from 'd3-scale';
import { formatNumber, trimZeros } from '../quantities.ts';

/** A scale from values to places in a picture, with its ticks. */
export interface PlotAxis {
  readonly label: string;
  readonly isLogarithmic: boolean;
  readonly ticks: readonly PlotTick[];
  /** Places of ticks without a label. */
  readonly minor: readonly number[];
  /** Values beyond the ends are placed at the ends. */
  place(value: number): number;
}

export interface PlotTick {
  readonly at: number;
  readonly text: string;
}

/** What an axis is for. */
export interface AxisSettings {
  readonly label: string;
  /** Where it begins and ends in the picture. */
  readonly range: readonly [from: number, to: number];
  readonly mostTicks: number;
  /** Where values spread further than this, it is logarithmic; `Infinity` for never. */
  readonly widestLinear: number;
  /** What values are divided by to be written: 1000 writes ms as s. */
  readonly unit?: number;
}

/**
 * An axis over some values: linear from 0 up to a round number, or logarithmic where they spread too far for that.
 * @param values those over 0 count
 */
export function plotAxis(values: readonly number[], settings: AxisSettings): PlotAxis {
  const counted = values.filter((value) => Number.isFinite(value) && value > 0);
  const least = Math.min(...counted);
  const most = Math.max(...counted);
  if (counted.length > 0 && most > least * settings.widestLinear) return logAxis(least, most, settings);
  return linearAxis([0, counted.length === 0 ? 1 : most], settings);
}

/** A linear axis with just these ends. */
export function linearAxis(
  [from, to]: readonly [number, number],
  { label, range, mostTicks, unit = 1 }: AxisSettings,
  exact = false,
): PlotAxis {
  const scale = scaleLinear()
    .domain([from / unit, Math.max(to, from + 1e-9) / unit])
    .range([...range])
    .clamp(true);
  if (!exact) scale.nice(mostTicks);
  const ticks = scale.ticks(mostTicks).map((value) => ({ at: scale(value), text: tickText(value) }));
  return { label, isLogarithmic: false, ticks, minor: [], place: (value) => scale(value / unit) };
}

/** A logarithmic axis by powers of ten, from a little under the least value to a little over the most. */
function logAxis(least: number, most: number, { label, range, mostTicks, unit = 1 }: AxisSettings): PlotAxis {
  const scale = scaleLog()
    .domain([least / unit / 1.15, (most / unit) * 1.15])
    .range([...range])
    .clamp(true);
  const all = scale.ticks();
  const ladders = [[1, 2, 5], [1, 3], [1]].map((digits) => all.filter((value) => digits.includes(digitOf(value))));
  const labelled = ladders.find(({ length }) => length <= mostTicks) ?? every(ladders.at(-1) ?? [], mostTicks);
  return {
    label: `${label}, logarithmic`,
    isLogarithmic: true,
    ticks: labelled.map((value) => ({ at: scale(value), text: tickText(value) })),
    minor: all.filter((value) => !labelled.includes(value)).map((value) => scale(value)),
    place: (value) => scale(Math.max(value, least / 1e3) / unit),
  };
}

/** An axis of loads: each load has its tick, as far as there is room; logarithmic by two, since loads mostly double. */
export function loadAxis(loads: readonly number[], label: string, range: readonly [number, number]): PlotAxis {
  const least = Math.min(...loads);
  const most = Math.max(...loads);
  const margin = most > least ? (most / least) ** 0.04 : 1.5;
  const scale = scaleLog()
    .base(2)
    .domain([least / margin, most * margin])
    .range([...range]);
  const ticks: PlotTick[] = [];
  for (const load of loads.toSorted((one, other) => other - one)) {
    const tick = { at: scale(load), text: tickText(load) };
    if (ticks.every(({ at }) => Math.abs(at - tick.at) > 26)) ticks.push(tick);
  }
  return { label, isLogarithmic: true, ticks: ticks.toReversed(), minor: loads.map(scale), place: scale };
}

/** The unit that durations up to `mostMs` are written in. */
export function durationUnit(mostMs: number): { readonly unit: number; readonly name: string } {
  return mostMs >= 2000 ? { unit: 1000, name: 's' } : { unit: 1, name: 'ms' };
}

function tickText(value: number): string {
  return value === 0 ? '0' : trimZeros(formatNumber(value));
}

function digitOf(value: number): number {
  return Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
}

function every(values: readonly number[], most: number): readonly number[] {
  const step = Math.ceil(values.length / Math.max(1, most));
  return values.filter((_, index) => index % step === 0);
}
