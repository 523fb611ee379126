import type {
  LevelPrepared,
  LevelStatus,
  Recorded,
  RequestOutcome,
  RequestProgressed,
  RequestSent,
} from '../events/events.ts';
import { ChunkTimeline } from './chunkTimeline.ts';
import { GeneratorTally } from './generatorTally.ts';
import { LatencyTally } from './latencyTally.ts';
import type { FinishedLevel, FoldViews, LevelObserver } from './levelObserver.ts';
import type { LevelSummary } from './levelSummary.ts';
import { levelWindow, OpenLoopTally } from './openLoopTally.ts';
import { OutcomeTally } from './outcomeTally.ts';
import { ServerTally } from './serverTally.ts';
import { SteadyWindow } from './steadyWindow.ts';
import { ThroughputTally } from './throughputTally.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';
import { untimedThroughput } from './untimedThroughput.ts';
import { Watermark } from './watermark.ts';

/**
 * Folds the events of one level into its summary.
 *
 * A request that has ended is settled as soon as the watermark has passed its end and the steady window's beginning is
 * known: then every stamp that matters to it has been seen, whatever the order in which the workers' batches came. So
 * memory holds the requests in flight and the samples, and the summary depends on stamps alone.
 */
export class LevelFold {
  readonly #prepared: LevelPrepared;
  readonly #watermark: Watermark;
  readonly #window: SteadyWindow;
  readonly #outcomes: OutcomeTally;
  readonly #latencies: LatencyTally;
  #openLoop: OpenLoopTally | undefined;
  readonly #generator = new GeneratorTally();
  readonly #server = new ServerTally();
  readonly #observer: LevelObserver | undefined;
  #throughput: ThroughputTally | undefined;
  readonly #open = new Map<number, TrackedRequest>();
  /** Ended and not yet settled, a queue for each worker, in the order of their ends. */
  readonly #ended: TrackedRequest[][];
  readonly #spareTimelines: ChunkTimeline[] = [];

  constructor(prepared: LevelPrepared, views: FoldViews = {}) {
    this.#prepared = prepared;
    this.#observer = views.observe?.(prepared);
    this.#watermark = new Watermark(prepared.workers);
    const { clients, planned, openLoop } = prepared;
    this.#window = new SteadyWindow(clients, levelWindow(prepared, views.window));
    this.#latencies = new LatencyTally(openLoop === undefined ? 'sent' : 'due');
    this.#outcomes = new OutcomeTally(planned, openLoop === undefined ? 'sent' : 'due');
    this.#ended = Array.from({ length: prepared.workers + 1 }, () => []);
  }

  /** Takes the next event of the log, of this level or not. @returns the summary once the level is finished. */
  add(event: Recorded): LevelSummary | undefined {
    if (this.#watermark.observe(event.worker, event.atMs)) this.#settleEnded();
    if (!('level' in event) || event.level !== this.#prepared.level) return undefined;
    this.#server.add(event);
    switch (event.type) {
      case 'request.sent':
        if (!event.warmup) this.#addSent(event);
        break;
      case 'request.progressed':
        if (!event.warmup) this.#addProgress(event);
        break;
      case 'request.completed':
      case 'request.failed':
        if (!event.warmup) this.#addOutcome(event);
        break;
      case 'client.phaseChanged':
        this.#window.clientChanged(event.client, event.phase, event.atMs);
        break;
      case 'generator.sampled':
        if (this.#window.startMs !== undefined && event.atMs > this.#window.startMs) {
          this.#generator.add(event);
          this.#openLoop?.addSample(event);
        }
        break;
      case 'level.started':
        this.#window.levelStarted(event.atMs);
        this.#throughput = new ThroughputTally(event.atMs);
        if (this.#prepared.openLoop) this.#openLoop = new OpenLoopTally(this.#prepared.openLoop, event.atMs);
        break;
      case 'level.finished':
        return this.finish(event.status, event.atMs, event.reason);
    }
    return undefined;
  }

  /** Ends the level at `atMs`, where its log breaks off too; requests that are still open are cut off. */
  finish(status: LevelStatus, atMs: number, reason?: string): LevelSummary {
    this.#window.close(atMs);
    for (const queue of this.#ended) for (const request of queue.splice(0)) this.#settle(request);
    for (const request of this.#open.values()) {
      request.closedAtMs = Math.max(atMs, request.sentAtMs ?? atMs);
      this.#settle(request);
    }
    this.#open.clear();
    const summary = this.#summary(status, reason);
    this.#observer?.finished({ summary, latencies: this.#latencies, ...this.#overSpan(atMs) });
    return summary;
  }

  /**
   * Half the width of the 95 % interval of the throughput, over the steady window as far as every request is settled: up to
   * the sending of the oldest one that is not.
   */
  relativeHalfWidthSoFar(): number | undefined {
    const { fromMs, toMs } = this.#window;
    const medianE2eMs = this.#latencies.valuesOf('e2eMs').quantile(0.5);
    if (fromMs === undefined || medianE2eMs === undefined) return undefined;
    let untilMs = Math.min(toMs, this.#watermark.atMs);
    for (const { sentAtMs = untilMs } of this.#open.values()) untilMs = Math.min(untilMs, sentAtMs);
    for (const queue of this.#ended) {
      for (const { sentAtMs = untilMs } of queue) untilMs = Math.min(untilMs, sentAtMs);
    }
    return this.#throughput?.halfWidthOver({ fromMs, toMs: untilMs }, this.#outcomes.tokensKnown, medianE2eMs);
  }

  #overSpan(endMs: number): Pick<FinishedLevel, 'span' | 'credits'> {
    const { startMs, fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    if (startMs === undefined || this.#throughput === undefined) return {};
    return { span: { startMs, fromMs, toMs, endMs }, credits: this.#throughput.credits };
  }

  #addSent(event: RequestSent): void {
    this.#window.clientSent(event.client, event.atMs);
    this.#open.set(event.request, {
      dueAtMs: event.scheduledAtMs,
      sentAtMs: event.atMs,
      promptTokens: event.promptTokens,
      maxNewTokens: event.maxNewTokens,
      timeline: undefined,
      outcome: undefined,
      closedAtMs: event.atMs,
    });
  }

  #addProgress(event: RequestProgressed): void {
    const request = this.#open.get(event.request);
    if (request === undefined) return;
    request.timeline ??= this.#spareTimelines.pop() ?? new ChunkTimeline();
    request.timeline.append(event);
  }

  #addOutcome(event: RequestOutcome): void {
    const request = this.#open.get(event.request) ?? unsentRequest(event);
    this.#open.delete(event.request);
    // Where no connection can be had, trying counts as sending: the others need not wait for it.
    if (request.sentAtMs === undefined) this.#window.clientSent(event.client, event.closedAtMs);
    request.outcome = event;
    request.closedAtMs = event.closedAtMs;
    (this.#ended[event.worker] ?? this.#ended[0])?.push(request);
  }

  #settleEnded(): void {
    if (this.#window.startMs === undefined || this.#window.fromMs === undefined) return;
    const watermarkMs = this.#watermark.atMs;
    for (const queue of this.#ended) {
      let settled = 0;
      for (const request of queue) {
        if (request.closedAtMs >= watermarkMs) break;
        this.#settle(request);
        settled++;
      }
      if (settled > 0) queue.splice(0, settled);
    }
  }

  #settle(request: TrackedRequest): void {
    this.#outcomes.add(request);
    this.#openLoop?.add(request);
    const { timeline, sentAtMs } = request;
    const startedAtMs = this.#openLoop === undefined ? sentAtMs : request.dueAtMs;
    const fromMs = this.#window.fromMs ?? Number.POSITIVE_INFINITY;
    const toMs = this.#window.toMs;
    const steady = { fromMs, toMs };
    this.#throughput?.add(request, steady, { fromMs: this.#window.startMs ?? fromMs, toMs });
    const completed = answered(request.outcome);
    const isInside = startedAtMs !== undefined && startedAtMs >= fromMs && startedAtMs <= toMs;
    if (completed !== undefined && isInside) this.#latencies.add(completed, timeline);
    this.#observer?.settled(request, isInside);
    // A map keeps more of its past than one sees: whatever hangs on a settled request would outlive several collections.
    request.outcome = undefined;
    request.timeline = undefined;
    if (timeline === undefined) return;
    timeline.clear();
    this.#spareTimelines.push(timeline);
  }

  #summary(status: LevelStatus, reason: string | undefined): LevelSummary {
    const { level, sweep, load, clients, promptLength, maxNewTokens, streaming } = this.#prepared;
    const latencies = this.#latencies.distributions();
    const fromSent = this.#openLoop === undefined ? undefined : this.#latencies.fromSent();
    const { ttftMs } = latencies;
    const { e2eMs } = fromSent ?? latencies; // what is in flight, and what Little's law knows of
    const meanE2eMs = this.#outcomes.meanE2eMs;
    const { fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    const server = this.#server.summary({ fromMs, toMs });
    const generator = this.#generator.health({
      medianFirstMs: streaming ? ttftMs.p50 : e2eMs.p50,
      medianChunkGapMs: this.#latencies.medianChunkGapMs,
    });
    return {
      level,
      sweep,
      load,
      clients,
      promptLength,
      maxNewTokens,
      streaming,
      ...(this.#prepared.untimed === undefined ? {} : { untimed: true }),
      status,
      ...(reason === undefined ? {} : { reason }),
      requests: this.#outcomes.requests(),
      achieved: this.#outcomes.achieved(),
      tokenSources: this.#outcomes.tokenSources(),
      ...this.#overTime(e2eMs.mean, e2eMs.p50),
      ...latencies,
      ...this.#arrivals(status),
      ...(fromSent === undefined ? {} : { fromSent }),
      ...(meanE2eMs === undefined ? {} : { meanE2eMs }),
      ...(meanE2eMs === undefined || load.kind !== 'clients'
        ? {}
        : { estimatedRequestsPerSec: (clients * 1000) / meanE2eMs }),
      generator,
      ...(server === undefined ? {} : { server }),
    };
  }

  /** Throughput of both stretches; Little's ratio = completed a second x mean e2e / mean number in flight. */
  #overTime(
    meanE2eMs: number | undefined,
    medianE2eMs: number | undefined,
  ): Pick<LevelSummary, 'steady' | 'whole' | 'tokensPerChunk' | 'littleRatio'> {
    const { startMs, fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    if (this.#throughput === undefined || startMs === undefined) return this.#untimed();
    const { tokensKnown } = this.#outcomes;
    const stretch = { fromMs, toMs };
    const steady = this.#throughput.steady(stretch, tokensKnown, medianE2eMs);
    const whole = this.#throughput.whole({ fromMs: startMs, toMs }, tokensKnown);
    const tokensPerChunk = this.#throughput.tokensPerChunk(tokensKnown);
    const inFlight = steady === undefined ? 0 : this.#throughput.meanInFlight(stretch);
    return {
      ...(steady === undefined ? {} : { steady }),
      ...(whole === undefined ? {} : { whole }),
      ...(tokensPerChunk === undefined ? {} : { tokensPerChunk }),
      ...(steady === undefined || meanE2eMs === undefined || inFlight === 0
        ? {}
        : { littleRatio: (steady.completedPerSec * meanE2eMs) / 1000 / inFlight }),
    };
  }

  #arrivals(status: LevelStatus): Pick<LevelSummary, 'arrivals'> {
    if (this.#openLoop === undefined) return {};
    const { planned, unsent } = this.#outcomes.requests();
    return { arrivals: this.#openLoop.figures(planned, unsent, status === 'completed') };
  }

  #untimed(): Pick<LevelSummary, 'whole'> {
    const seconds = this.#prepared.untimed?.seconds;
    if (seconds === undefined) return {};
    const counted = { requests: this.#outcomes.requests(), achieved: this.#outcomes.achieved() };
    return { whole: untimedThroughput(seconds, counted) };
  }
}

function unsentRequest(event: RequestOutcome): TrackedRequest {
  return {
    dueAtMs: event.scheduledAtMs,
    sentAtMs: event.sentAtMs,
    promptTokens: event.type === 'request.completed' ? event.promptTokens : 0,
    maxNewTokens: 0,
    timeline: undefined,
    outcome: undefined,
    closedAtMs: event.closedAtMs,
  };
}
