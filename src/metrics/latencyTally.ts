import type { RequestCompleted } from '../events/events.ts';
import type { ChunkTimeline } from './chunkTimeline.ts';
import { distributionOfHistogram } from './distribution.ts';
import { Histogram } from './histogram.ts';
import type { LevelSummary, SentLatencies } from './levelSummary.ts';
import { type LatencyStart, requestFigures } from './requestFigures.ts';
import { Sample } from './sample.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

/** Figures of requests that are spread over a level; those of gaps are pooled over its requests. */
export type LatencyFigure = 'queueMs' | 'ttftMs' | 'tpotMs' | 'itlMs' | 'e2eMs';

/**
 * Latencies of the completed requests that were sent (open loop: due) in a level's steady window, whenever they ended; from
 * the sending, in an open loop from the moment when they were due.
 */
export class LatencyTally {
  readonly #queueMs = new Sample();
  readonly #ttftMs = new Sample();
  readonly #tpotMs = new Sample();
  readonly #e2eMs = new Sample();
  readonly #maxStallMs = new Sample();
  readonly #chunkGapMs = new Histogram();
  /** Absent while every chunk is a token: then it would hold the same as that of the gaps. */
  #ownItlMs: Histogram | undefined;
  readonly #start: LatencyStart;
  /** From sending, where the others count from due. */
  readonly #sent = { ttftMs: new Sample(), e2eMs: new Sample() };
  #withoutGap = 0;

  constructor(start: LatencyStart = 'sent') {
    this.#start = start;
  }

  /** Takes a request once all is known of it; one without figures is passed over. */
  add({ outcome, figures, timeline }: TrackedRequest): void {
    const completed = answered(outcome);
    if (completed === undefined || figures === undefined) return;
    const { queueMs, ttftMs, tpotMs, e2eMs } = figures;
    this.#queueMs.add(queueMs);
    this.#e2eMs.add(e2eMs);
    if (this.#start === 'due') this.#addFromSent(completed);
    if (!completed.streamed) return; // there is no first token to speak of, so nothing is undefined either
    addTo(this.#ttftMs, ttftMs);
    addTo(this.#tpotMs, tpotMs);
    const stallMs = timeline === undefined ? undefined : this.#addGaps(timeline, completed.outputTokens);
    addTo(this.#maxStallMs, stallMs);
    if (stallMs === undefined) this.#withoutGap++;
  }

  distributions(): Pick<LevelSummary, 'queueMs' | 'ttftMs' | 'tpotMs' | 'itlMs' | 'e2eMs' | 'maxStallMs'> {
    return {
      queueMs: this.#queueMs.distribution(),
      ttftMs: this.#ttftMs.distribution(),
      tpotMs: this.#tpotMs.distribution(),
      itlMs: distributionOfHistogram(this.#itlMs, this.#withoutGap),
      e2eMs: this.#e2eMs.distribution(),
      maxStallMs: this.#maxStallMs.distribution(),
    };
  }

  /** Latencies from the sending, beside those from due. */
  fromSent(): SentLatencies {
    return { ttftMs: this.#sent.ttftMs.distribution(), e2eMs: this.#sent.e2eMs.distribution() };
  }

  #addFromSent(completed: RequestCompleted): void {
    const { ttftMs, e2eMs } = requestFigures(completed, 'sent');
    this.#sent.e2eMs.add(e2eMs);
    if (completed.streamed) addTo(this.#sent.ttftMs, ttftMs);
  }

  /** All values of one figure, for who wants more of them than a summary holds. */
  valuesOf(figure: LatencyFigure): Sample | Histogram {
    return {
      queueMs: this.#queueMs,
      ttftMs: this.#ttftMs,
      tpotMs: this.#tpotMs,
      itlMs: this.#itlMs,
      e2eMs: this.#e2eMs,
    }[figure];
  }

  /** Median gap between chunks, over all requests together. */
  get medianChunkGapMs(): number | undefined {
    return this.#chunkGapMs.quantile(0.5);
  }

  get #itlMs(): Histogram {
    return this.#ownItlMs ?? this.#chunkGapMs;
  }

  /**
   * Pools the gaps of one request: `chunkGapMs` = a gap between chunks; `itlMs` = a gap / the tokens of the chunk that
   * ended it, weighted by those tokens. Where the tokens of a chunk are not known, the output is shared equally.
   *
   * @returns the largest gap, `undefined` for a single chunk
   */
  #addGaps(timeline: ChunkTimeline, outputTokens: number): number | undefined {
    if (this.#ownItlMs === undefined && !isTokenByToken(timeline, outputTokens))
      this.#ownItlMs = this.#chunkGapMs.copy();
    if (this.#ownItlMs !== undefined) addTokenGaps(this.#ownItlMs, timeline, outputTokens);
    const { atMs, length } = timeline;
    let largest: number | undefined;
    for (let index = 1; index < length; index++) {
      const gapMs = (atMs[index] as number) - (atMs[index - 1] as number);
      this.#chunkGapMs.record(gapMs);
      if (largest === undefined || gapMs > largest) largest = gapMs;
    }
    return largest;
  }
}

function isTokenByToken({ tokens, tokensKnown, length }: ChunkTimeline, outputTokens: number): boolean {
  if (!tokensKnown) return outputTokens === length;
  for (let index = 1; index < length; index++) if (tokens[index] !== 1) return false;
  return true;
}

function addTokenGaps(itlMs: Histogram, timeline: ChunkTimeline, outputTokens: number): void {
  const { atMs, tokens, tokensKnown, length } = timeline;
  const share = outputTokens / length;
  let lastTokenAtMs = atMs[0] as number;
  for (let index = 1; index < length; index++) {
    const count = tokensKnown ? (tokens[index] as number) : share;
    if (count === 0) continue; // a chunk of no token ends no gap between tokens
    const arrivedAtMs = atMs[index] as number;
    itlMs.record((arrivedAtMs - lastTokenAtMs) / count, count);
    lastTokenAtMs = arrivedAtMs;
  }
}

function addTo(sample: Sample, value: number | undefined): void {
  if (value === undefined) sample.addUndefined();
  else sample.add(value);
}
