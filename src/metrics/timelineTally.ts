import { coarseBits, Histogram } from './histogram.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

/** A short stretch of a level. Warm-up requests are in none. */
export interface TimelineBin {
  /** Ms since the run's start. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Mean number of requests in flight. */
  readonly inFlight: number;
  /** Answers that ended with output, a second. */
  readonly completedPerSec: number;
  /** Tokens at the arrival of their chunk, a second; chunks where nobody counts tokens. */
  readonly outputTokensPerSec: number;
  /** Requests that failed or came back empty. */
  readonly bad: number;
  /** Of the first tokens that arrived, within 1 %; absent where none did. */
  readonly ttftP50Ms?: number;
  readonly ttftMaxMs?: number;
}

class Bin {
  inFlightMs = 0;
  completed = 0;
  tokens = 0;
  bad = 0;
  ttftMs: Histogram | undefined;

  merge(other: Bin): void {
    this.inFlightMs += other.inFlightMs;
    this.completed += other.completed;
    this.tokens += other.tokens;
    this.bad += other.bad;
    if (other.ttftMs === undefined) return;
    this.ttftMs ??= new Histogram(coarseBits);
    this.ttftMs.merge(other.ttftMs);
  }
}

const narrowestMs = 250;
const mostBins = 128;

/**
 * What went on in a level over time, in at most 128 bins: they begin 250 ms wide and double in width whenever the level
 * outgrows them.
 */
export class TimelineTally {
  readonly #originMs: number;
  #widthMs = narrowestMs;
  #bins: Bin[] = [];

  /** @param originMs no stamp of a measured request is before it */
  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  /** Takes a request once all is known of it. */
  add(request: TrackedRequest): void {
    const { sentAtMs, closedAtMs, outcome, figures, timeline } = request;
    const end = this.#at(closedAtMs); // so that the bins reach as far before any is looked up
    const completed = answered(outcome);
    if (completed !== undefined) end.completed++;
    else if (outcome !== undefined && !isAborted(outcome)) end.bad++;
    if (sentAtMs !== undefined) this.#addInFlight(sentAtMs, closedAtMs);
    if (timeline !== undefined && timeline.length > 0) {
      const known = timeline.tokensKnown && timeline.totalTokens() > 0;
      const share = completed === undefined ? 1 : completed.outputTokens / timeline.length;
      for (let index = 0; index < timeline.length; index++) {
        const tokens = known ? (timeline.tokens[index] as number) : share;
        this.#at(timeline.atMs[index] as number).tokens += tokens;
      }
    } else if (completed !== undefined) end.tokens += completed.outputTokens;
    const ttftMs = figures?.ttftMs;
    if (ttftMs === undefined || sentAtMs === undefined) return;
    const bin = this.#at(sentAtMs + ttftMs);
    bin.ttftMs ??= new Histogram(coarseBits);
    bin.ttftMs.record(ttftMs);
  }

  /** The bins of a stretch; the last one ends with it. */
  bins(fromMs: number, toMs: number): TimelineBin[] {
    const first = Math.floor((fromMs - this.#originMs) / this.#widthMs);
    const bins: TimelineBin[] = [];
    for (let index = Math.max(0, first); this.#originMs + index * this.#widthMs < toMs; index++) {
      const beginMs = Math.max(fromMs, this.#originMs + index * this.#widthMs);
      const endMs = Math.min(toMs, this.#originMs + (index + 1) * this.#widthMs);
      bins.push(finished(this.#bins[index] ?? new Bin(), beginMs, endMs));
    }
    return bins;
  }

  #addInFlight(sentAtMs: number, closedAtMs: number): void {
    for (let atMs = sentAtMs; atMs < closedAtMs; ) {
      const index = Math.floor((atMs - this.#originMs) / this.#widthMs);
      const edgeMs = this.#originMs + (index + 1) * this.#widthMs;
      const untilMs = Math.min(closedAtMs, edgeMs > atMs ? edgeMs : atMs + this.#widthMs);
      this.#at(atMs).inFlightMs += untilMs - atMs;
      atMs = untilMs;
    }
  }

  #at(atMs: number): Bin {
    let index = Math.floor((atMs - this.#originMs) / this.#widthMs);
    while (index >= mostBins) {
      this.#widen();
      index = Math.floor((atMs - this.#originMs) / this.#widthMs);
    }
    index = Math.max(0, index);
    for (let next = this.#bins.length; next <= index; next++) this.#bins.push(new Bin());
    return this.#bins[index] as Bin;
  }

  #widen(): void {
    const wide: Bin[] = [];
    for (const [index, bin] of this.#bins.entries()) {
      if (index % 2 === 0) wide.push(bin);
      else wide.at(-1)?.merge(bin);
    }
    this.#bins = wide;
    this.#widthMs *= 2;
  }
}

function isAborted(outcome: NonNullable<TrackedRequest['outcome']>): boolean {
  return outcome.type === 'request.failed' && outcome.kind === 'aborted';
}

function finished(bin: Bin, fromMs: number, toMs: number): TimelineBin {
  const seconds = Math.max(toMs - fromMs, 1e-3) / 1000;
  const ttftP50Ms = bin.ttftMs?.quantile(0.5);
  const ttftMaxMs = bin.ttftMs?.max;
  return {
    fromMs,
    toMs,
    inFlight: bin.inFlightMs / (seconds * 1000),
    completedPerSec: bin.completed / seconds,
    outputTokensPerSec: bin.tokens / seconds,
    bad: bin.bad,
    ...(ttftP50Ms === undefined ? {} : { ttftP50Ms }),
    ...(ttftMaxMs === undefined ? {} : { ttftMaxMs }),
  };
}
