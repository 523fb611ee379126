import type { TrackedRequest } from './trackedRequest.ts';

interface Queue {
  /** Those before `head` are taken already. */
  readonly requests: TrackedRequest[];
  head: number;
}

/** So many taken ones are left in a queue before it is cut: cutting off each by itself would move all the others. */
const mostTaken = 256;

/** Requests that have ended and wait to be settled: a queue for each worker, in the order of their ends. */
export class EndedRequests {
  readonly #queues: readonly Queue[];
  #earliestMs = Number.POSITIVE_INFINITY;

  /** @param workers numbered from 1; the requests of any other share a queue */
  constructor(workers: number) {
    this.#queues = Array.from({ length: workers + 1 }, () => ({ requests: [], head: 0 }));
  }

  /** The earliest end at the head of a queue; `Infinity` where all are empty. */
  get earliestMs(): number {
    return this.#earliestMs;
  }

  /** @param request its last stamp is known */
  add(worker: number, request: TrackedRequest): void {
    const queue = (this.#queues[worker] ?? this.#queues[0]) as Queue;
    queue.requests.push(request);
    if (queue.head === queue.requests.length - 1) this.#earliestMs = Math.min(this.#earliestMs, request.closedAtMs);
  }

  /** Takes those that ended before a moment, queue by queue: of each up to the first that did not. */
  takeBefore(atMs: number, take: (request: TrackedRequest) => void): void {
    this.#earliestMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues) {
      for (;;) {
        const request = queue.requests[queue.head];
        if (request === undefined) break;
        if (request.closedAtMs >= atMs) {
          this.#earliestMs = Math.min(this.#earliestMs, request.closedAtMs);
          break;
        }
        queue.head++;
        take(request);
      }
      if (queue.head < mostTaken) continue;
      queue.requests.splice(0, queue.head);
      queue.head = 0;
    }
  }

  *requests(): Iterable<TrackedRequest> {
    for (const { requests, head } of this.#queues) yield* requests.slice(head);
  }
}
