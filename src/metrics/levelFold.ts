import type {
  LevelPrepared,
  LevelStatus,
  Recorded,
  RequestOutcome,
  RequestProgressed,
  RequestSent,
} from '../events/events.ts';
import { levelOf } from '../events/levelOf.ts';
import { askedOfLevel } from './askedOfLevel.ts';
import type { Attainment } from './attainment.ts';
import { DefinedLevel } from './definitions/definedLevel.ts';
import { GeneratorTally } from './generatorTally.ts';
import { LatencyTally } from './latencyTally.ts';
import type { FinishedLevel, FoldViews, LevelObserver } from './levelObserver.ts';
import { LevelRequests } from './levelRequests.ts';
import type { LevelSummary } from './levelSummary.ts';
import { type AskedObjectives, ObjectiveTally } from './objectiveTally.ts';
import { levelWindow, OpenLoopTally } from './openLoopTally.ts';
import { OutcomeTally } from './outcomeTally.ts';
import { type LatencyStart, latencyStart, type RequestFigures } from './requestFigures.ts';
import { ServerTally } from './serverTally.ts';
import { SteadyWindow } from './steadyWindow.ts';
import { ThroughputTally } from './throughputTally.ts';
import { type Stretch, startOf, type TrackedRequest } from './trackedRequest.ts';
import { TurnTally } from './turnTally.ts';
import { untimedThroughput } from './untimedThroughput.ts';
import { Watermark } from './watermark.ts';

/** What throughput is taken over. */
interface Stretches {
  readonly steady: Stretch;
  readonly whole: Stretch;
}

const nowhere: Stretch = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

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
  readonly #start: LatencyStart;
  readonly #outcomes: OutcomeTally;
  readonly #latencies: LatencyTally;
  readonly #turns = new TurnTally();
  #openLoop: OpenLoopTally | undefined;
  readonly #asked: AskedObjectives | undefined;
  #objectives: ObjectiveTally | undefined;
  readonly #generator = new GeneratorTally();
  readonly #server = new ServerTally();
  readonly #observer: LevelObserver | undefined;
  readonly #defined: DefinedLevel | undefined;
  #throughput: ThroughputTally | undefined;
  #latestStretches: Stretches = { steady: nowhere, whole: nowhere };
  readonly #requests: LevelRequests;

  constructor(prepared: LevelPrepared, views: FoldViews = {}) {
    this.#prepared = prepared;
    this.#observer = views.observe?.(prepared);
    this.#defined = views.definitions && new DefinedLevel(views.definitions);
    this.#asked = views.objectives;
    this.#watermark = new Watermark(prepared.workers);
    const { clients, planned, seconds } = prepared;
    this.#window = new SteadyWindow(clients, levelWindow(prepared, views.window));
    this.#start = latencyStart(prepared);
    this.#latencies = new LatencyTally(this.#start);
    this.#requests = new LevelRequests(prepared.workers, this.#start);
    this.#outcomes = new OutcomeTally(seconds === undefined ? planned : undefined);
  }

  /** How far event time is complete; it has observed the event that was added last. */
  get watermark(): Watermark {
    return this.#watermark;
  }

  /** Takes the next event of the log, of this level or not. @returns the summary once the level is finished. */
  add(event: Recorded): LevelSummary | undefined {
    switch (event.type) {
      case 'request.sent':
        this.addSent(event);
        return undefined;
      case 'request.progressed':
        this.addProgress(event);
        return undefined;
      case 'request.completed':
      case 'request.failed':
        this.addOutcome(event);
        return undefined;
      default:
        this.#observe(event.worker, event.atMs);
        return levelOf(event) === this.#prepared.level ? this.#addOther(event) : undefined;
    }
  }

  /** Takes an event of this level or of another, as the two below do. */
  addSent(event: RequestSent): void {
    this.#observe(event.worker, event.atMs);
    if (event.level !== this.#prepared.level || event.warmup) return;
    this.#window.clientSent(event.client, event.atMs);
    this.#requests.sent(event);
  }

  addProgress(event: RequestProgressed): void {
    this.#observe(event.worker, event.atMs);
    if (event.level !== this.#prepared.level || event.warmup) return;
    this.#requests.progressed(event);
  }

  /** @returns the figures of the request, where it is of this level and measured, and has figures */
  addOutcome(event: RequestOutcome): RequestFigures | undefined {
    this.#observe(event.worker, event.atMs);
    if (event.level !== this.#prepared.level) return undefined;
    this.#server.add(event);
    if (event.warmup) return undefined;
    const request = this.#requests.ended(event);
    // Where no connection can be had, trying counts as sending: the others need not wait for it.
    if (request.sentAtMs === undefined) this.#window.clientSent(event.client, event.closedAtMs);
    return request.figures;
  }

  /** Ends the level at `atMs`, where its log breaks off too; requests that are still open are cut off. */
  finish(status: LevelStatus, atMs: number, reason?: string): LevelSummary {
    this.#window.close(atMs);
    const stretches = this.#stretches();
    this.#requests.settleAll(atMs, (request) => this.#settle(request, stretches));
    const ours = this.#summary(status, reason);
    const summary = this.#defined?.restate(ours) ?? ours;
    this.#observer?.finished({ summary, latencies: this.#defined ?? this.#latencies, ...this.#overSpan(atMs) });
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
    const untilMs = this.#requests.oldestStartMs(Math.min(toMs, this.#watermark.atMs), 'sent');
    return this.#throughput?.halfWidthOver({ fromMs, toMs: untilMs }, this.#outcomes.tokensKnown, medianE2eMs);
  }

  /** How the requests of the level keep their objectives, as far as every one is settled. */
  attainmentSoFar(): Attainment | undefined {
    return this.#objectives?.look(this.#requests.oldestStartMs(this.#watermark.atMs, this.#start));
  }

  #overSpan(endMs: number): Pick<FinishedLevel, 'span' | 'credits'> {
    const { startMs, fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    if (startMs === undefined || this.#throughput === undefined) return {};
    return { span: { startMs, fromMs, toMs, endMs }, credits: this.#throughput.credits };
  }

  #observe(worker: number, atMs: number): void {
    if (this.#watermark.observe(worker, atMs) && this.#requests.earliestEndMs < this.#watermark.atMs)
      this.#settleEnded();
  }

  #addOther(event: Recorded): LevelSummary | undefined {
    switch (event.type) {
      case 'request.retried':
        if (!event.warmup) this.#outcomes.addRetry();
        break;
      case 'server.sampled':
        this.#server.add(event);
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
        this.#server.add(event);
        this.#window.levelStarted(event.atMs);
        this.#throughput = new ThroughputTally(event.atMs);
        if (this.#asked)
          this.#objectives = new ObjectiveTally(this.#asked, event.atMs, this.#prepared.openLoop !== undefined);
        if (this.#prepared.openLoop) this.#openLoop = new OpenLoopTally(this.#prepared.openLoop, event.atMs);
        break;
      case 'level.finished':
        return this.finish(event.status, event.atMs, event.reason);
    }
    return undefined;
  }

  #settleEnded(): void {
    if (this.#window.startMs === undefined || this.#window.fromMs === undefined) return;
    const stretches = this.#stretches();
    this.#requests.settleBefore(this.#watermark.atMs, (request) => this.#settle(request, stretches));
  }

  /** The same object as long as neither edge of the window moves. */
  #stretches(): Stretches {
    const { startMs, fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    const wholeFromMs = startMs ?? fromMs;
    const { steady, whole } = this.#latestStretches;
    if (steady.fromMs !== fromMs || steady.toMs !== toMs || whole.fromMs !== wholeFromMs) {
      this.#latestStretches = { steady: { fromMs, toMs }, whole: { fromMs: wholeFromMs, toMs } };
    }
    return this.#latestStretches;
  }

  #settle(request: TrackedRequest, { steady, whole }: Stretches): void {
    this.#outcomes.add(request);
    this.#openLoop?.add(request);
    this.#throughput?.add(request, steady, whole);
    const startedAtMs = startOf(request, this.#start);
    const isInside = startedAtMs !== undefined && startedAtMs >= steady.fromMs && startedAtMs <= steady.toMs;
    if (isInside) this.#latencies.add(request);
    this.#turns.add(request, isInside);
    this.#objectives?.add(request, startedAtMs ?? request.dueAtMs, isInside, steady);
    this.#defined?.add(request);
    this.#observer?.settled(request, isInside);
  }

  #summary(status: LevelStatus, reason: string | undefined): LevelSummary {
    const { load, clients, streaming } = this.#prepared;
    const latencies = this.#latencies.distributions();
    const fromSent = this.#openLoop === undefined ? undefined : this.#latencies.fromSent();
    const { ttftMs } = latencies;
    const { e2eMs } = fromSent ?? latencies; // what is in flight, and what Little's law knows of
    const { meanE2eMs } = this.#outcomes;
    const requests = this.#outcomes.requests();
    const turns = this.#turns.figures();
    const arrivals = this.#openLoop?.figures(requests, status === 'completed', this.#window.untilDrainMs / 1000);
    const { fromMs = Number.POSITIVE_INFINITY, toMs } = this.#window;
    const server = this.#server.summary({ fromMs, toMs });
    const generator = this.#generator.health({
      medianFirstMs: streaming ? ttftMs.p50 : e2eMs.p50,
      medianChunkGapMs: this.#latencies.medianChunkGapMs,
    });
    return {
      ...askedOfLevel(this.#prepared),
      status,
      ...(reason === undefined ? {} : { reason }),
      requests,
      achieved: this.#outcomes.achieved(),
      tokenSources: this.#outcomes.tokenSources(),
      ...this.#overTime(e2eMs.mean, e2eMs.p50),
      ...latencies,
      ...(turns === undefined ? {} : { turns }),
      ...(arrivals === undefined ? {} : { arrivals }),
      ...(fromSent === undefined ? {} : { fromSent }),
      ...(this.#objectives === undefined ? {} : { objectives: this.#objectives.figures({ fromMs, toMs }) }),
      ...(meanE2eMs === undefined ? {} : { meanE2eMs }),
      ...(meanE2eMs === undefined || load.kind !== 'clients'
        ? {}
        : { estimatedRequestsPerSec: (clients * 1000) / (meanE2eMs + (this.#prepared.thinkMs ?? 0)) }),
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
    if (this.#throughput === undefined || startMs === undefined)
      return untimedThroughput(this.#prepared, this.#outcomes);
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
}
