import { type Credit, CreditTimeline } from './creditTimeline.ts';
import type { LevelSummary, Throughput } from './levelSummary.ts';
import { answered, type Stretch, type TrackedRequest } from './trackedRequest.ts';

interface Sums {
  requests: number;
  completed: number;
  tokens: number;
  /** Chunks of cut-off and failed requests whose tokens nobody counted. */
  uncountedChunks: number;
  inputTokens: number;
}

const batchCount = 10;
/** Student's t, 97.5 %, 9 degrees of freedom. */
const student = 2.262;
/** A batch is at least that many median end-to-end latencies long, so that batches are nearly independent. */
const batchLatencies = 3;

/**
 * Output over the two stretches of a level that have a throughput: steady, and whole (level start until the first
 * client finds no more work).
 *
 * - A chunk's tokens are credited when it arrives; those of requests that failed or were cut off count as well.
 * - A completed request is credited by the share of its output tokens that arrived in the stretch.
 * - An answer that is not streamed is credited evenly over its own time, sent to closed: tokens and request.
 * - Where the tokens of a chunk are not known, a completed request's output is shared equally over its chunks; a chunk
 *   of any other request counts as the level's mean tokens per chunk.
 */
export class ThroughputTally {
  readonly #steady = emptySums();
  readonly #whole = emptySums();
  readonly #timeline: CreditTimeline;
  #inFlightMs = 0;
  #chunks = 0;
  #chunkTokens = 0;
  #mostTokens = 0;

  constructor(levelStartMs: number) {
    this.#timeline = new CreditTimeline(levelStartMs);
  }

  /** Output over the level's time, up to the drain. */
  get credits(): CreditTimeline {
    return this.#timeline;
  }

  /** Settles one request; every stamp of it must lie before the watermark, or the level must be over. */
  add(request: TrackedRequest, steady: Stretch, whole: Stretch): void {
    const { sentAtMs, closedAtMs, timeline } = request;
    if (sentAtMs === undefined) return;
    this.#inFlightMs += overlapMs(sentAtMs, closedAtMs, steady);
    const completed = answered(request.outcome);
    if (completed !== undefined) {
      if (within(closedAtMs, steady)) this.#steady.completed++;
      if (within(closedAtMs, whole)) this.#whole.completed++;
    }
    if (timeline !== undefined && timeline.length > 0) {
      this.#addInput(timeline.atMs[0] as number, request.promptTokens, steady, whole);
      this.#addChunks(request, steady, whole);
    } else if (completed !== undefined) {
      this.#addInput(closedAtMs, request.promptTokens, steady, whole);
      this.#addEvenly(sentAtMs, closedAtMs, completed.outputTokens, steady, whole);
    }
  }

  /** Figures of the steady window. The 95 % interval is that of 10 equal batches, each long enough, else absent. */
  steady(stretch: Stretch, tokensKnown: boolean, medianE2eMs: number | undefined): Throughput | undefined {
    const throughput = this.#throughput(this.#steady, stretch, tokensKnown);
    if (throughput === undefined || medianE2eMs === undefined) return throughput;
    const relativeHalfWidth = this.halfWidthOver(stretch, tokensKnown, medianE2eMs);
    return relativeHalfWidth === undefined ? throughput : { ...throughput, relativeHalfWidth };
  }

  whole(stretch: Stretch, tokensKnown: boolean): Throughput | undefined {
    return this.#throughput(this.#whole, stretch, tokensKnown);
  }

  /** Half the width of the 95 % interval over a stretch in which all is settled; absent where its batches are too short. */
  halfWidthOver(stretch: Stretch, tokensKnown: boolean, medianE2eMs: number): number | undefined {
    if (stretch.toMs - stretch.fromMs < batchCount * batchLatencies * medianE2eMs) return undefined;
    return this.#relativeHalfWidth(tokensKnown ? 'tokens' : 'requests', stretch);
  }

  /** Time integral of the requests in flight over the window / its length. */
  meanInFlight(steady: Stretch): number {
    return this.#inFlightMs / (steady.toMs - steady.fromMs);
  }

  /** Over the chunks of completed requests; absent where only chunks are counted. */
  tokensPerChunk(tokensKnown: boolean): LevelSummary['tokensPerChunk'] {
    if (!tokensKnown || this.#chunks === 0) return undefined;
    return { mean: this.#chunkTokens / this.#chunks, max: this.#mostTokens };
  }

  #addChunks(request: TrackedRequest, steady: Stretch, whole: Stretch): void {
    const timeline = request.timeline;
    if (timeline === undefined) return;
    const { atMs, tokens, length } = timeline;
    const completed = answered(request.outcome);
    const told = timeline.tokensKnown ? timeline.totalTokens() : 0;
    const known = told > 0;
    const share = completed === undefined ? 1 : completed.outputTokens / length;
    const perToken = completed === undefined ? 0 : 1 / (known ? told : completed.outputTokens);
    const timed = this.#timeline;
    const wholeToMs = whole.toMs;
    const steadyFromMs = steady.fromMs;
    let wholeTokens = 0;
    let steadyTokens = 0;
    let most = 0;
    for (let index = 0; index < length; index++) {
      const arrivedAtMs = atMs[index] as number;
      const count = known ? (tokens[index] as number) : share;
      if (count > most) most = count;
      if (arrivedAtMs >= wholeToMs) continue;
      wholeTokens += count;
      if (arrivedAtMs >= steadyFromMs) steadyTokens += count;
      timed.addAt(arrivedAtMs, count, count * perToken);
    }
    if (completed === undefined && !known) {
      this.#whole.uncountedChunks += wholeTokens;
      this.#steady.uncountedChunks += steadyTokens;
      return;
    }
    this.#whole.tokens += wholeTokens;
    this.#steady.tokens += steadyTokens;
    this.#whole.requests += wholeTokens * perToken;
    this.#steady.requests += steadyTokens * perToken;
    if (completed === undefined) return;
    this.#chunks += length;
    this.#chunkTokens += known ? told : completed.outputTokens;
    if (most > this.#mostTokens) this.#mostTokens = most;
  }

  #addInput(atMs: number, promptTokens: number, steady: Stretch, whole: Stretch): void {
    if (within(atMs, steady)) this.#steady.inputTokens += promptTokens;
    if (within(atMs, whole)) this.#whole.inputTokens += promptTokens;
  }

  #addEvenly(sentAtMs: number, closedAtMs: number, tokens: number, steady: Stretch, whole: Stretch): void {
    addShare(this.#steady, sharedTime(sentAtMs, closedAtMs, steady), tokens);
    const wholeShare = sharedTime(sentAtMs, closedAtMs, whole);
    addShare(this.#whole, wholeShare, tokens);
    const untilMs = Math.min(closedAtMs, whole.toMs);
    if (wholeShare > 0) this.#timeline.addOver(sentAtMs, untilMs, tokens * wholeShare, wholeShare);
  }

  #throughput(sums: Sums, stretch: Stretch, tokensKnown: boolean): Throughput | undefined {
    const seconds = (stretch.toMs - stretch.fromMs) / 1000;
    if (!(seconds > 0)) return undefined;
    const figures = {
      seconds,
      requestsPerSec: sums.requests / seconds,
      completedPerSec: sums.completed / seconds,
      inputTokensPerSec: sums.inputTokens / seconds,
    };
    if (!tokensKnown) return figures;
    const uncounted = sums.uncountedChunks * (this.#chunks === 0 ? 1 : this.#chunkTokens / this.#chunks);
    return { ...figures, outputTokensPerSec: (sums.tokens + uncounted) / seconds };
  }

  /** Half width of the 95 % interval = t s / sqrt(10), of 10 batch means with sample deviation s; over their mean. */
  #relativeHalfWidth(credit: Credit, stretch: Stretch): number | undefined {
    const batches = this.#timeline.batches(credit, stretch.fromMs, stretch.toMs, batchCount);
    const mean = batches.reduce((sum, batch) => sum + batch, 0) / batchCount;
    if (!(mean > 0)) return undefined;
    const squares = batches.reduce((sum, batch) => sum + (batch - mean) ** 2, 0);
    return (student * Math.sqrt(squares / (batchCount - 1))) / Math.sqrt(batchCount) / mean;
  }
}

function emptySums(): Sums {
  return { requests: 0, completed: 0, tokens: 0, uncountedChunks: 0, inputTokens: 0 };
}

function within(atMs: number, stretch: Stretch): boolean {
  return atMs >= stretch.fromMs && atMs < stretch.toMs;
}

function overlapMs(fromMs: number, toMs: number, stretch: Stretch): number {
  return Math.max(0, Math.min(toMs, stretch.toMs) - Math.max(fromMs, stretch.fromMs));
}

/** The share of a request's own time that lies in a stretch; one without length lies where it ended. */
function sharedTime(sentAtMs: number, closedAtMs: number, stretch: Stretch): number {
  if (closedAtMs <= sentAtMs) return within(closedAtMs, stretch) ? 1 : 0;
  return overlapMs(sentAtMs, closedAtMs, stretch) / (closedAtMs - sentAtMs);
}

function addShare(sums: Sums, share: number, tokens: number): void {
  sums.requests += share;
  sums.tokens += tokens * share;
}
