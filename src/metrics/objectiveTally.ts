import type { Attainment } from './attainment.ts';
import { AttainmentTally, type AttainmentTarget } from './attainmentTally.ts';
import type { RequestLimit } from './requestLimit.ts';
import { answered, type Stretch, type TrackedRequest } from './trackedRequest.ts';

/** What is asked of each request of a run (`--objective`), and of how many of them. */
export interface AskedObjectives extends AttainmentTarget {
  readonly limits: readonly RequestLimit[];
}

/** How a level kept what was asked of its requests. */
export interface ObjectiveFigures {
  /** Requests that completed in the steady window and kept every objective, a second. */
  readonly goodputPerSec?: number;
  /** Share that kept every objective, of the requests that were sent (open loop: due) in the steady window and not cut off by us. */
  readonly keptRatio?: number;
  /** The same of the level so far, with its interval, from the last look that was taken. Absent where there were too few requests for one. */
  readonly attainment?: Attainment;
}

/** Holds the requests of one level against what is asked of each. Failed and empty ones keep nothing. */
export class ObjectiveTally {
  readonly #asked: AskedObjectives;
  readonly #tally: AttainmentTally;
  #kept = 0;
  #counted = 0;
  #good = 0;

  /** @param queueGrows in an open loop; clients who wait for their answers make a queue that shows its length at once */
  constructor(asked: AskedObjectives, startMs: number, queueGrows: boolean) {
    this.#asked = asked;
    this.#tally = new AttainmentTally(queueGrows ? asked : { ...asked, limitMs: 0 }, startMs);
  }

  /** @param startedAtMs its sending, or when it was due @param isInside whether that lies in the steady window */
  add(request: TrackedRequest, startedAtMs: number, isInside: boolean, steady: Stretch): void {
    const { outcome, closedAtMs } = request;
    if (outcome === undefined || (outcome.type === 'request.failed' && outcome.kind === 'aborted')) return;
    const isGood = this.#keeps(request);
    this.#tally.add(startedAtMs, isGood);
    if (isInside) this.#counted++;
    if (isInside && isGood) this.#kept++;
    if (isGood && closedAtMs >= steady.fromMs && closedAtMs < steady.toMs) this.#good++;
  }

  /** Looks at the level so far. @param untilMs every request that was due before is settled */
  look(untilMs: number): Attainment | undefined {
    return this.#tally.look(untilMs);
  }

  figures({ fromMs, toMs }: Stretch): ObjectiveFigures {
    const attainment = this.#tally.latest;
    return {
      ...(toMs > fromMs ? { goodputPerSec: (this.#good * 1000) / (toMs - fromMs) } : {}),
      ...(this.#counted === 0 ? {} : { keptRatio: this.#kept / this.#counted }),
      ...(attainment === undefined ? {} : { attainment }),
    };
  }

  #keeps({ outcome, figures }: TrackedRequest): boolean {
    if (figures === undefined || answered(outcome) === undefined) return false;
    return this.#asked.limits.every(({ figure, holds }) => {
      const value = figures[figure];
      return value === undefined || holds(value);
    });
  }
}
