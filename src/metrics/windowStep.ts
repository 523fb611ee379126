import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { ClientPhase, FailureKind, RequestCompleted } from '../events/events.ts';
import { coarseBits, Histogram } from './histogram.ts';
import { type LatencyStart, type RequestFigures, requestFigures } from './requestFigures.ts';

/** What happened in a stretch of a level: in one second of it, the piece that rolling windows are put together from, or in all. */
export class WindowStep {
  completed = 0;
  empty = 0;
  tokens = 0;
  /** Change of the requests in flight. */
  inFlight = 0;
  failures: Partial<Record<FailureKind, number>> = {};
  /** Change of the clients in each phase. */
  clients: Partial<Record<ClientPhase, number>> = {};
  readonly ttftMs = new Histogram(coarseBits);
  readonly tpotMs = new Histogram(coarseBits);
  readonly e2eMs = new Histogram(coarseBits);
  /** From the sending, where the others count from due. */
  readonly fromSent: { readonly ttftMs: Histogram; readonly e2eMs: Histogram } | undefined;
  readonly #start: LatencyStart;

  constructor(start: LatencyStart) {
    this.#start = start;
    if (start === 'due') this.fromSent = { ttftMs: new Histogram(coarseBits), e2eMs: new Histogram(coarseBits) };
  }

  /** @param known its figures, where somebody has read them already */
  addCompleted(request: RequestCompleted, known?: RequestFigures): void {
    if (isEmptyAnswer(request)) {
      this.empty++;
      return;
    }
    this.completed++;
    const { ttftMs, tpotMs, e2eMs, queueMs } = known ?? requestFigures(request, this.#start);
    this.e2eMs.record(e2eMs);
    if (ttftMs !== undefined) this.ttftMs.record(ttftMs);
    if (tpotMs !== undefined) this.tpotMs.record(tpotMs);
    if (this.fromSent === undefined) return;
    this.fromSent.e2eMs.record(e2eMs - queueMs);
    if (ttftMs !== undefined) this.fromSent.ttftMs.record(ttftMs - queueMs);
  }

  /** Makes a new one of it: its histograms need not grow again. */
  clear(): void {
    this.completed = 0;
    this.empty = 0;
    this.tokens = 0;
    this.inFlight = 0;
    this.failures = {};
    this.clients = {};
    for (const histogram of [this.ttftMs, this.tpotMs, this.e2eMs]) histogram.clear();
    this.fromSent?.ttftMs.clear();
    this.fromSent?.e2eMs.clear();
  }

  /** Adds all of another step but what is no flow: changes of level quantities are summed by the windows. */
  mergeFlow(other: WindowStep): void {
    this.completed += other.completed;
    this.empty += other.empty;
    this.tokens += other.tokens;
    addCounts(this.failures, other.failures);
    this.ttftMs.merge(other.ttftMs);
    this.tpotMs.merge(other.tpotMs);
    this.e2eMs.merge(other.e2eMs);
    if (this.fromSent === undefined || other.fromSent === undefined) return;
    this.fromSent.ttftMs.merge(other.fromSent.ttftMs);
    this.fromSent.e2eMs.merge(other.fromSent.e2eMs);
  }
}

/** Adds counts by name; names that come to 0 are left out. @returns the total */
export function addCounts<Name extends string>(
  total: Partial<Record<Name, number>>,
  more: Partial<Record<Name, number>>,
): Partial<Record<Name, number>> {
  for (const name of Object.keys(more) as Name[]) {
    const sum = (total[name] ?? 0) + (more[name] ?? 0);
    if (sum === 0) delete total[name];
    else total[name] = sum as (typeof total)[Name];
  }
  return total;
}
