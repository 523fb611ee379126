import type { RequestOutcome, RunEvent, ServerFigures, ServerHistogram, ServerSampled } from '../events/events.ts';
import { requestFigures } from './requestFigures.ts';
import type { ServerGauge, ServerLatency, ServerSummary } from './serverSummary.ts';
import { answered, type Stretch } from './trackedRequest.ts';

/** Figures that count from the server's start. */
type ServerCounter = {
  [Name in keyof ServerFigures]-?: ServerFigures[Name] extends number | undefined ? Name : never;
}[keyof ServerFigures];

/**
 * Holds what the server said of itself in a level against what we saw. Samples are told apart by when they were asked
 * for: the first one of the level before anything was sent, the last one between warm-up and start, and the last one
 * after everything had ended. Where one of them is missing, what would be counted from it is absent.
 */
export class ServerTally {
  readonly #samples: ServerSampled[] = [];
  #startMs = Number.NEGATIVE_INFINITY;
  #warmAtMs = Number.NEGATIVE_INFINITY;
  #sent = 0;
  #completed = 0;
  #firstSentAtMs = Number.POSITIVE_INFINITY;
  #lastClosedAtMs = Number.NEGATIVE_INFINITY;
  #ttftMs = 0;
  #ttftCount = 0;

  /** Takes an event of the level. */
  add(event: RunEvent): void {
    if (event.type === 'request.completed' || event.type === 'request.failed') this.#addOutcome(event);
    else if (event.type === 'server.sampled') this.#samples.push(event);
    else if (event.type === 'level.started') this.#startMs = event.atMs;
  }

  #addOutcome(outcome: RequestOutcome): void {
    if (outcome.sentAtMs === undefined) return;
    this.#sent++;
    if (outcome.type === 'request.completed') this.#completed++;
    if (outcome.warmup) this.#warmAtMs = Math.max(this.#warmAtMs, outcome.closedAtMs);
    this.#firstSentAtMs = Math.min(this.#firstSentAtMs, outcome.sentAtMs);
    this.#lastClosedAtMs = Math.max(this.#lastClosedAtMs, outcome.closedAtMs);
    const completed = outcome.warmup ? undefined : answered(outcome);
    const ttftMs = completed === undefined ? undefined : requestFigures(completed).ttftMs;
    if (ttftMs === undefined) return;
    this.#ttftMs += ttftMs;
    this.#ttftCount++;
  }

  /** @returns undefined where the server was not heard of */
  summary(steady: Stretch): ServerSummary | undefined {
    const samples = this.#samples.toSorted((one, other) => one.askedAtMs - other.askedAtMs);
    const last = samples.at(-1);
    if (last === undefined) return undefined;
    const inside = samples.filter(({ atMs }) => atMs >= steady.fromMs && atMs <= steady.toMs);
    const gauges = {
      running: gauge(inside, 'running'),
      waiting: gauge(inside, 'waiting'),
      kvCacheRatio: gauge(inside, 'kvCacheRatio'),
    };
    const first = samples.findLast(({ askedAtMs, atMs }) => askedAtMs >= this.#warmAtMs && atMs <= this.#startMs);
    const flow = first === undefined || first === last ? {} : this.#flow(first.figures, last.figures);
    return { samples: inside.length, ...present({ ...gauges, ...flow, requests: this.#requests(samples) }) };
  }

  #flow(from: ServerFigures, to: ServerFigures) {
    const queries = delta(from, to, 'prefixCacheQueries');
    const hits = delta(from, to, 'prefixCacheHits');
    const ttftMs = latency(from.ttft, to.ttft);
    return {
      preemptions: delta(from, to, 'preemptions'),
      promptTokens: delta(from, to, 'promptTokens'),
      outputTokens: delta(from, to, 'outputTokens'),
      prefixCacheHitRatio: queries === undefined || hits === undefined || queries === 0 ? undefined : hits / queries,
      ttftMs,
      ourTtftMs: ttftMs === undefined || this.#ttftCount === 0 ? undefined : this.#ttftMs / this.#ttftCount,
    };
  }

  #requests(samples: readonly ServerSampled[]): ServerSummary['requests'] {
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    if (first.atMs > this.#firstSentAtMs || last.askedAtMs < this.#lastClosedAtMs) return undefined;
    const server = delta(first.figures, last.figures, 'finishedRequests');
    return server === undefined ? undefined : { server, completed: this.#completed, sent: this.#sent };
  }
}

function gauge(samples: readonly ServerSampled[], name: ServerCounter): ServerGauge | undefined {
  const values = samples.map(({ figures }) => figures[name]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  return { mean: values.reduce((total, value) => total + value, 0) / values.length, max: Math.max(...values) };
}

/** What a counter gained; undefined where it is not known at both ends, or was set back by a restart. */
function delta(from: ServerFigures, to: ServerFigures, name: ServerCounter): number | undefined {
  const [before, after] = [from[name], to[name]];
  return before === undefined || after === undefined || after < before ? undefined : after - before;
}

function latency(from: ServerHistogram | undefined, to: ServerHistogram | undefined): ServerLatency | undefined {
  if (from === undefined || to === undefined) return undefined;
  const count = to.count - from.count;
  if (count <= 0 || to.sumMs < from.sumMs || to.counts.length !== from.counts.length) return undefined;
  const counts = to.counts.map((after, bucket) => after - (from.counts[bucket] as number));
  const quantile = (p: number) => bucketQuantile(to.boundsMs, counts, count, p);
  return { mean: (to.sumMs - from.sumMs) / count, ...present({ p50: quantile(0.5), p99: quantile(0.99) }), count };
}

/**
 * A quantile of cumulative buckets, as `histogram_quantile` of Prometheus reads it: linear within the bucket, the
 * highest bound for what lies beyond it.
 */
function bucketQuantile(
  boundsMs: readonly number[],
  counts: readonly number[],
  count: number,
  p: number,
): number | undefined {
  const rank = p * count;
  const bucket = counts.findIndex((upTo) => upTo >= rank);
  if (bucket === -1) return boundsMs.at(-1);
  const [upper, upTo] = [boundsMs[bucket] as number, counts[bucket] as number];
  const lower = bucket === 0 ? 0 : (boundsMs[bucket - 1] as number);
  const below = bucket === 0 ? 0 : (counts[bucket - 1] as number);
  return upTo === below ? upper : lower + ((upper - lower) * (rank - below)) / (upTo - below);
}

/** Without what is not known: absent, never undefined. */
function present<Figures extends object>(
  figures: Figures,
): { [Name in keyof Figures]?: Exclude<Figures[Name], undefined> } {
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [Name in keyof Figures]?: Exclude<Figures[Name], undefined> };
}
