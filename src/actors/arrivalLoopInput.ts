import type { Client } from '../clients/client.ts';
import type { Clock } from '../core/clock.ts';
import type { Arrival } from '../workload/arrivals.ts';
import type { RequestLoopInput } from './requestLoop.ts';

/** Which requests arrive when, and through what they are sent. */
export interface ArrivalLoopInput
  extends Omit<RequestLoopInput, 'adapter' | 'requests' | 'warmups' | 'failurePauseMs'> {
  /** Its timers say when a request leaves: they had better be finer than a millisecond. */
  readonly clock: Clock;
  readonly createConnection: () => Client;
  readonly maxInFlight: number;
  /** Its share of the level's arrivals, in their order. */
  readonly arrivals: Iterator<Arrival, void, undefined>;
  /** When no more requests arrive, ms after the level's start. */
  readonly endMs: number;
  /** Connections that warm up at once; of each, for each of its warm-ups, the numbers of the first try and of its repetitions. */
  readonly warmups: readonly (readonly (readonly number[])[])[];
}
