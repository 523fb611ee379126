import type { RequestOutcome, RequestProgressed, RequestSent } from '../events/events.ts';
import type { TraceFile, Track } from './traceFile.ts';

/** A track of one client: requests on it do not overlap. */
interface Lane {
  readonly track: Track;
  endsAtMs: number;
}

/** Tracks of requests come after the worker's own. */
const firstLane = 10;

/**
 * Draws the requests of a level: on the track of its client each from when it was due to its end, within it the queue of the load
 * generator, the wait for the head, for the first token, the tokens, and its chunks as moments. Where a client has several
 * requests open, as in an open loop, it has as many tracks.
 */
export class RequestTracks {
  readonly #trace: TraceFile;
  readonly #lanes = new Map<string, Lane[]>();
  readonly #open = new Map<number, Lane>();
  #made = 0;

  constructor(trace: TraceFile) {
    this.#trace = trace;
  }

  sent({ worker, client, request, scheduledAtMs, warmup }: RequestSent): void {
    const owner = `${worker} ${client}`;
    const lanes = this.#lanes.get(owner) ?? [];
    this.#lanes.set(owner, lanes);
    // A warm-up is due before its connection is there.
    const lane = lanes.find(({ endsAtMs }) => endsAtMs <= scheduledAtMs) ?? this.#addLane(lanes, worker, client);
    lane.endsAtMs = Number.POSITIVE_INFINITY;
    this.#open.set(keyOf(request, warmup), lane);
  }

  progressed({ request, warmup, chunkAtMs, chunkTokens }: RequestProgressed): void {
    const lane = this.#open.get(keyOf(request, warmup));
    if (lane === undefined) return;
    chunkAtMs.forEach((atMs, index) => {
      this.#trace.moment(lane.track, 'chunk', atMs, { tokens: chunkTokens?.[index] });
    });
  }

  ended(outcome: RequestOutcome): void {
    const { request, warmup, scheduledAtMs, sentAtMs, headersAtMs, firstTokenAtMs, lastTokenAtMs, closedAtMs } =
      outcome;
    const lane = this.#open.get(keyOf(request, warmup));
    if (lane === undefined) return; // it never reached a socket
    this.#open.delete(keyOf(request, warmup));
    lane.endsAtMs = closedAtMs;
    const name = `${warmup ? 'warm-up' : 'request'} ${request}${outcome.type === 'request.failed' ? ' failed' : ''}`;
    this.#trace.span(lane.track, name, scheduledAtMs, closedAtMs, argsOf(outcome));
    let fromMs = scheduledAtMs;
    for (const [stage, toMs] of [
      ['queue', sentAtMs],
      ['head', headersAtMs],
      ['first token', firstTokenAtMs],
      ['tokens', lastTokenAtMs],
      ['end', closedAtMs],
    ] as const) {
      if (toMs === undefined || toMs < fromMs) continue;
      this.#trace.span(lane.track, stage, fromMs, toMs);
      fromMs = toMs;
    }
  }

  #addLane(lanes: Lane[], worker: number, client: number): Lane {
    const track = { pid: worker, tid: firstLane + this.#made++ };
    const more = lanes.length === 0 ? '' : `, ${lanes.length + 1}`;
    this.#trace.nameTrack(track, `client ${client}${more}`);
    const lane = { track, endsAtMs: 0 };
    lanes.push(lane);
    return lane;
  }
}

function argsOf(outcome: RequestOutcome) {
  const { client, level } = outcome;
  if (outcome.type === 'request.failed') return { client, level, kind: outcome.kind, reason: outcome.reason };
  const { promptTokens, outputTokens, chunks, finishReason } = outcome;
  return { client, level, promptTokens, outputTokens, chunks, finishReason };
}

/** Warm-ups and measured requests are numbered apart. */
function keyOf(request: number, warmup: boolean): number {
  return warmup ? -1 - request : request;
}
