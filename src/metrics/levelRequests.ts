import type { RequestOutcome, RequestProgressed, RequestSent } from '../events/events.ts';
import { ChunkTimeline } from './chunkTimeline.ts';
import { EndedRequests } from './endedRequests.ts';
import { type LatencyStart, requestFigures } from './requestFigures.ts';
import { answered, sentRequest, startOf, type TrackedRequest, unsentRequest } from './trackedRequest.ts';

/** The measured requests of a level that are open, or have ended and are not settled yet: all that a fold holds in memory. */
export class LevelRequests {
  readonly #start: LatencyStart;
  readonly #open = new Map<number, TrackedRequest>();
  readonly #ended: EndedRequests;
  readonly #spareTimelines: ChunkTimeline[] = [];

  constructor(workers: number, start: LatencyStart) {
    this.#start = start;
    this.#ended = new EndedRequests(workers);
  }

  /** No request that has ended can be settled before this moment has passed. */
  get earliestEndMs(): number {
    return this.#ended.earliestMs;
  }

  sent(event: RequestSent): void {
    this.#open.set(event.request, sentRequest(event));
  }

  progressed(event: RequestProgressed): void {
    const request = this.#open.get(event.request);
    if (request === undefined) return;
    request.timeline ??= this.#spareTimelines.pop() ?? new ChunkTimeline();
    request.timeline.append(event);
  }

  ended(event: RequestOutcome): TrackedRequest {
    const request = this.#open.get(event.request) ?? unsentRequest(event);
    this.#open.delete(event.request);
    request.outcome = event;
    const completed = answered(event);
    if (completed !== undefined) request.figures = requestFigures(completed, this.#start);
    request.closedAtMs = event.closedAtMs;
    this.#ended.add(event.worker, request);
    return request;
  }

  /** Settles those that ended before a moment, each worker's in the order of their ends. */
  settleBefore(atMs: number, settle: (request: TrackedRequest) => void): void {
    this.#ended.takeBefore(atMs, (request) => this.#settle(request, settle));
  }

  /** Settles all that are left; those still open are cut off at `atMs`. */
  settleAll(atMs: number, settle: (request: TrackedRequest) => void): void {
    this.settleBefore(Number.POSITIVE_INFINITY, settle);
    for (const request of this.#open.values()) {
      request.closedAtMs = Math.max(atMs, request.sentAtMs ?? atMs);
      this.#settle(request, settle);
    }
    this.#open.clear();
  }

  /** When the oldest request started that is not settled; `atMs` where that is earlier. */
  oldestStartMs(atMs: number, start: LatencyStart): number {
    let oldestMs = atMs;
    for (const request of this.#open.values()) oldestMs = Math.min(oldestMs, startOf(request, start) ?? atMs);
    for (const request of this.#ended.requests()) oldestMs = Math.min(oldestMs, startOf(request, start) ?? atMs);
    return oldestMs;
  }

  #settle(request: TrackedRequest, settle: (request: TrackedRequest) => void): void {
    const { timeline } = request;
    settle(request);
    // A map keeps more of its past than one sees: whatever hangs on a settled request would outlive several collections.
    request.outcome = undefined;
    request.figures = undefined;
    request.timeline = undefined;
    if (timeline === undefined) return;
    timeline.clear();
    this.#spareTimelines.push(timeline);
  }
}
