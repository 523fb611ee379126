import { type Clock, wallClock } from '../core/clock.ts';
import { HttpGetter } from './httpGetter.ts';
import { type HeaderOptions, openaiHeaders } from './openaiHeaders.ts';
import type { OpenaiTarget } from './openaiTarget.ts';
import { tlsOptions } from './tlsOptions.ts';

/** The way to a server and back, without any work on it. */
export interface RoundTrip {
  /** Name, TCP, and TLS where there is any. */
  readonly connectMs?: number;
  /** Median of a few small GETs over one connection. */
  readonly medianMs: number;
  /** How far the server's clock is ahead of ours, by its `Date` header, to a second; absent where they may agree. */
  readonly clockAheadMs?: number;
}

const samples = 5;
/** A `Date` header has whole seconds. */
const dateStepMs = 1000;
/** Servers in Python, vLLM's too, write it once a second, and send it until they come to write the next one. */
const dateAgeMs = 2000;

/** Measures the network to a server. @returns undefined where it does not answer */
export async function measureRoundTrip(
  settings: HeaderOptions,
  target: OpenaiTarget,
  clock: Clock,
): Promise<RoundTrip | undefined> {
  const getter = new HttpGetter(target.origin, openaiHeaders(settings, target, '*/*'), clock, tlsOptions(settings));
  // Small wherever it is there; where it is not, a 404 goes the same way. `/health` makes some servers generate a token.
  const ask = () => getter.get(`${target.base}/version`);
  try {
    const first = await ask();
    if (first === undefined) return undefined;
    const clockAheadMs = clockAhead(first.headers.date, first.tookMs);
    const tookMs: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const answer = await ask();
      if (answer !== undefined) tookMs.push(answer.tookMs);
    }
    const sorted = tookMs.toSorted((one, other) => one - other);
    return {
      ...(first.connectMs === undefined ? {} : { connectMs: first.connectMs }),
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? first.tookMs,
      ...(clockAheadMs === undefined ? {} : { clockAheadMs }),
    };
  } finally {
    getter.close();
  }
}

/** The server wrote the date somewhen in the round trip, or not long before, and cut it to whole seconds. */
function clockAhead(date: string | undefined, tookMs: number): number | undefined {
  const writtenAt = Date.parse(date ?? '');
  if (Number.isNaN(writtenAt)) return undefined;
  const nowAt = wallClock().getTime();
  const atLeast = writtenAt - nowAt;
  const atMost = writtenAt + dateStepMs - (nowAt - tookMs);
  return atLeast <= 0 && atMost + dateAgeMs >= 0 ? undefined : (atLeast + atMost) / 2;
}
