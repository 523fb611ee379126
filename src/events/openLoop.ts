import type { ArrivalPlan } from './events.ts';

/** Requests that come at a rate, or as a trace has them, whatever becomes of those before: all that their due times follow from. */
export interface OpenLoop extends ArrivalPlan {
  readonly ratePerSec: number;
  /** Of a trace: when each request is due, ascending, ms after the level's start. */
  readonly dueMs?: Float64Array;
  /** Standard deviation of the gaps over their mean; of `gamma` alone. */
  readonly burstiness: number;
  readonly seed: number;
}
