import type { ArrivalPlan } from './events.ts';

/** Requests that come at a rate, whatever becomes of those before: all that their due times follow from. */
export interface OpenLoop extends ArrivalPlan {
  readonly ratePerSec: number;
  /** Standard deviation of the gaps over their mean; of `gamma` alone. */
  readonly burstiness: number;
  readonly seed: number;
}
