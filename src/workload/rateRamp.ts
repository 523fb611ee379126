import type { RateRamp } from '../events/events.ts';

const pattern = /^(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)$/;

/**
 * What keeps words from being a ramp, in the form of what is expected; nothing where they are one.
 * @param words its shape and its rates, such as `linear` and `1..20`
 */
export function rampProblem(words: readonly string[]): string | undefined {
  const ramp = words.length === 2 ? readRamp(words) : undefined;
  if (ramp === undefined) return 'expected linear or exponential and rates FROM..TO, such as linear 1..20';
  const { shape, fromPerSec, toPerSec } = ramp;
  if (fromPerSec === 0 && toPerSec === 0) return 'expected a rate above 0 at one end';
  // Growth by a factor has no zero to begin at.
  return shape === 'exponential' && (fromPerSec === 0 || toPerSec === 0)
    ? 'expected rates above 0, since exponential has no rate of 0'
    : undefined;
}

/** Reads how a rate is to change. @returns nothing where there is a {@link rampProblem} */
export function parseRamp(words: readonly string[]): RateRamp | undefined {
  return rampProblem(words) === undefined ? readRamp(words) : undefined;
}

function readRamp([shape, rates = '']: readonly string[]): RateRamp | undefined {
  const [, from, to] = pattern.exec(rates) ?? [];
  if (from === undefined || to === undefined || (shape !== 'linear' && shape !== 'exponential')) return undefined;
  return { shape, fromPerSec: Number(from), toPerSec: Number(to) };
}

/**
 * The mean rate over the whole of a ramp, a second.
 *
 * - `linear`: (from + to) / 2.
 * - `exponential`: (to - from) / ln(to / from).
 */
export function meanRate({ shape, fromPerSec: from, toPerSec: to }: RateRamp): number {
  return shape === 'linear' || from === to ? (from + to) / 2 : (to - from) / Math.log(to / from);
}

/**
 * When as many requests are expected as a number says: the inverse of the integral of the rate, s after the level's start.
 *
 * - `linear`, rate = from + (to - from) t / T: t = 2 n / (from + sqrt(from^2 + 2 (to - from) n / T)).
 * - `exponential`, rate = from (to / from)^(t / T): t = T ln(1 + n ln(to / from) / (from T)) / ln(to / from).
 *
 * @param seconds T, the time of the whole ramp
 */
export function timeOfCount(ramp: RateRamp, seconds: number): (count: number) => number {
  const { shape, fromPerSec: from, toPerSec: to } = ramp;
  if (shape === 'linear') {
    const slope = (2 * (to - from)) / seconds;
    return (count) => (count === 0 ? 0 : (2 * count) / (from + Math.sqrt(Math.max(0, from ** 2 + slope * count))));
  }
  if (from === to) return (count) => count / from;
  const growth = Math.log(to / from) / seconds;
  return (count) => Math.log1p((count * growth) / from) / growth;
}
