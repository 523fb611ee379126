import type { ArrivalPlan, GeneratorSampled, LevelPrepared, RateRamp } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';
import { requestFigures } from './requestFigures.ts';
import { batches, judgeStability, type StabilityFigures } from './stability.ts';
import type { WindowChoice } from './steadyWindow.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

/** What came of the arrivals of a level. */
export interface ArrivalFigures extends StabilityFigures {
  /** How gaps between arrivals were spread. */
  readonly process: ArrivalPlan['process'];
  /** How the rate changed; then there is no steady state, and stability is unknown. Absent where it was the same all the time. */
  readonly ramp?: RateRamp;
  /** Requests that were due, a second, over the time in which they arrive. */
  readonly offeredPerSec: number;
  /** Requests that were sent in that time, a second. */
  readonly sentPerSec: number;
  /** Most requests in flight that there may be. */
  readonly maxInFlight: number;
  /** Requests that waited since as many were in flight, those among them that were never sent too. */
  readonly heldBack: number;
}

/** A level at a rate needs a while to fill the server: so much of it counts for no figure. */
const fillingShare = 0.1;
/** Clocks of several processes differ by a moment. */
const nearlyWhole = 0.99;

/** The window that a level's figures are taken over: at a rate, the steady one is its time without the first tenth. */
export function levelWindow({ openLoop }: LevelPrepared, choice: WindowChoice = 'steady'): WindowChoice {
  if (openLoop === undefined || choice !== 'steady') return choice;
  const endMs = openLoop.seconds * 1000;
  const fromMs = openLoop.fillingSeconds === undefined ? fillingShare * endMs : openLoop.fillingSeconds * 1000;
  return { fromMs, toMs: endMs, endsWithDrain: true };
}

/** Follows the arrivals of one level: whether they were sent, and whether the server kept up with them. */
export class OpenLoopTally {
  readonly #plan: ArrivalPlan;
  readonly #startMs: number;
  readonly #sumMs = new Float64Array(batches);
  readonly #count = new Uint32Array(batches);
  #sent = 0;
  #due = 0;
  #ended = 0;
  #held = 0;

  constructor(plan: ArrivalPlan, startMs: number) {
    this.#plan = plan;
    this.#startMs = startMs;
  }

  addSample({ heldSends }: GeneratorSampled): void {
    this.#held += heldSends ?? 0;
  }

  add({ dueAtMs, sentAtMs, closedAtMs, outcome }: TrackedRequest): void {
    const endMs = this.#plan.seconds * 1000;
    if (sentAtMs !== undefined && sentAtMs - this.#startMs < endMs) this.#sent++;
    if (this.#batchAt(closedAtMs) !== undefined) this.#ended++;
    const batch = this.#batchAt(dueAtMs);
    if (batch === undefined) return;
    this.#due++;
    const completed = answered(outcome);
    if (completed === undefined) return;
    this.#sumMs[batch] = (this.#sumMs[batch] as number) + requestFigures(completed, 'due').e2eMs;
    this.#count[batch] = (this.#count[batch] as number) + 1;
  }

  /**
   * @param requests `planned`: those that were due; `unsent`: those of them that were never sent
   * @param isCompleted whether nothing broke it off
   * @param lasted how long requests arrived, s; a level that was ended before its time is offered what was sent
   */
  figures(
    { planned, unsent }: Pick<LevelSummary['requests'], 'planned' | 'unsent'>,
    isCompleted: boolean,
    lasted: number,
  ): ArrivalFigures {
    const { process, seconds, maxInFlight, ramp } = this.#plan;
    const isWhole = isCompleted && (unsent === 0 || lasted > nearlyWhole * seconds);
    const sentPerSec = this.#sent / (isWhole || lasted === 0 ? seconds : lasted);
    const due = this.#due + unsent;
    const means = Array.from(this.#count, (count, batch) => ({
      count,
      meanMs: (this.#sumMs[batch] as number) / count,
    }));
    const isJudged = isWhole && due > 0 && ramp === undefined;
    return {
      process,
      ...(ramp === undefined ? {} : { ramp }),
      offeredPerSec: isWhole ? planned / seconds : sentPerSec,
      sentPerSec,
      maxInFlight,
      heldBack: this.#held + (isWhole ? unsent : 0),
      ...(isJudged ? judgeStability(means, (due - this.#ended) / due) : { stability: 'unknown' }),
    };
  }

  #batchAt(atMs: number): number | undefined {
    const endMs = this.#plan.seconds * 1000;
    const fromMs = fillingShare * endMs;
    const share = (atMs - this.#startMs - fromMs) / (endMs - fromMs);
    return share >= 0 && share < 1 ? Math.floor(share * batches) : undefined;
  }
}
