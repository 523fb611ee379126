import { randomGamma } from 'd3-random';
import { type RandomStream, randomStreams } from '../core/random.ts';
import type { RateRamp } from '../events/events.ts';
import type { OpenLoop } from '../events/openLoop.ts';
import { timeOfCount } from './rateRamp.ts';

/** What is due when. */
export interface Arrival {
  /** The request's number in the run. */
  readonly request: number;
  /** Ms after the level's start. */
  readonly dueMs: number;
}

/**
 * All arrivals of a level, in their order. The gap before a request is drawn from the seed and the request's number alone, so
 * that the due times are the same however many workers share them.
 *
 * - `constant`: due = index x 1000 / rate, from 0.
 * - `poisson`: gap = -ln(1 - u) x 1000 / rate, with u uniform in [0, 1).
 * - `trace`: as recorded, whatever the seed.
 * - `gamma`: gap = g x 1000 / rate, with g of shape 1 / burstiness^2 and mean 1.
 *
 * Where the rate changes, gaps are those of rate 1 in the time of the expected count ({@link timeOfCount}).
 *
 * @param firstRequest the number of the level's first request
 */
export function* arrivalsOf(load: OpenLoop, firstRequest: number): Generator<Arrival, void, undefined> {
  const endMs = load.seconds * 1000;
  const meanGapMs = 1000 / load.ratePerSec;
  if (load.dueMs !== undefined) {
    for (const [index, dueMs] of load.dueMs.entries()) yield { request: firstRequest + index, dueMs };
    return;
  }
  if (load.ramp !== undefined) {
    yield* rampArrivals(load, load.ramp, firstRequest);
    return;
  }
  if (load.process === 'constant') {
    // By multiplication: the sum of many gaps would wander off.
    for (let index = 0; ; index++) {
      const dueMs = (index * 1000) / load.ratePerSec;
      if (dueMs >= endMs) return;
      yield { request: firstRequest + index, dueMs };
    }
  }
  const gapOf = unitGaps(load);
  let dueMs = 0;
  for (let request = firstRequest; ; request++) {
    dueMs += gapOf(request) * meanGapMs;
    if (dueMs >= endMs) return;
    yield { request, dueMs };
  }
}

/** How many requests arrive in a level. */
export function countArrivals(load: OpenLoop, firstRequest: number): number {
  let count = 0;
  for (const _ of arrivalsOf(load, firstRequest)) count++;
  return count;
}

function* rampArrivals(load: OpenLoop, ramp: RateRamp, firstRequest: number): Generator<Arrival, void, undefined> {
  const secondsAt = timeOfCount(ramp, load.seconds);
  const gapOf = unitGaps(load);
  let count = 0;
  for (let request = firstRequest; ; request++) {
    count = load.process === 'constant' ? request - firstRequest : count + gapOf(request);
    const dueMs = secondsAt(count) * 1000;
    if (!(dueMs < load.seconds * 1000)) return;
    yield { request, dueMs };
  }
}

/** The gap before a request as a share of the mean gap. */
function unitGaps({ seed, process, burstiness }: OpenLoop): (request: number) => number {
  const streams = randomStreams(seed, 'arrivals');
  const drawGap = process === 'gamma' ? gammaGap(burstiness) : exponentialGap;
  return (request) => drawGap(streams(request));
}

function exponentialGap(uniform: RandomStream): number {
  return -Math.log(1 - uniform());
}

function gammaGap(burstiness: number): (uniform: RandomStream) => number {
  const shape = 1 / burstiness ** 2;
  return (uniform) => randomGamma.source(uniform)(shape, 1 / shape)();
}
