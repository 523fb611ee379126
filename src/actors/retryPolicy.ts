import type { Failure } from '../clients/client.ts';
import { randomStream } from '../core/random.ts';

/** Says whether, and when, a request that has failed is sent again. */
export interface RetryPolicy {
  /**
   * @param failed how often the request has been sent, from 1
   * @returns ms until it is sent again; undefined where the failure stands
   */
  waitMs(failure: Failure, request: number, failed: number): number | undefined;
}

/** Too many requests, no room, no answer in time, a model that is not ready: they pass. 529 is Anthropic's. */
const passingStatuses = new Set([408, 424, 429, 503, 529]);

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** A server may ask for hours: a run does not wait for that. */
const longestAskedMs = 60_000;
const askedJitter = 0.1;

/**
 * Exponential backoff with jitter: try n waits uniformly between half of and all of 0.5 s x 2^(n - 1), at most 30 s. Where
 * the server says how long, it waits that long, at most 60 s, and up to a tenth more, so that not all come back at once.
 * The numbers are drawn from the run's seed.
 */
export function backoffPolicy(retries: number, seed: number): RetryPolicy {
  return {
    waitMs(failure, request, failed) {
      if (failed > retries || !mayPass(failure)) return undefined;
      const jitter = randomStream(seed, 'retry', request, failed)();
      if (failure.retryAfterMs !== undefined) {
        return Math.min(failure.retryAfterMs, longestAskedMs) * (1 + askedJitter * jitter);
      }
      return Math.min(firstWaitMs * 2 ** (failed - 1), longestWaitMs) * (0.5 + 0.5 * jitter);
    },
  };
}

function mayPass({ kind, reason, httpStatus }: Failure): boolean {
  if (kind === 'connect') return reason !== 'noKey';
  return kind === 'httpStatus' && (reason === 'throttled' || passingStatuses.has(httpStatus ?? 0));
}
