import { randomStream } from '../../src/core/random.ts';
import type { AttainmentVerdict } from '../../src/metrics/attainment.ts';
import { AttainmentTally, type AttainmentTarget } from '../../src/metrics/attainmentTally.ts';
import { bracketOf, type ObjectiveProbe } from '../../src/metrics/objectiveBracket.ts';
import { nextRate } from '../../src/metrics/rateSearch.ts';

/** A request on virtual time. */
export interface VirtualRequest {
  readonly dueMs: number;
  readonly endedMs: number;
  readonly isGood: boolean;
}

/** A server on virtual time, with what is asked of it. */
export interface VirtualServer {
  readonly name: string;
  readonly target: Pick<AttainmentTarget, 'attain' | 'limitMs'>;
  /** What it gives at most. */
  readonly plateauPerSec: number;
  /** The largest rate that keeps the objective in the long run. */
  readonly truePerSec: () => number;
  /** All requests that arrive in so long at a rate, by when they are due. */
  readonly serve: (ratePerSec: number, seconds: number, seed: number) => readonly VirtualRequest[];
}

/** Where a search says that the rate lies. */
export interface VirtualAnswer {
  readonly interval: readonly [fromPerSec: number, toPerSec: number];
  readonly probes: readonly ObjectiveProbe[];
  /** Virtual time of all probes. */
  readonly seconds: number;
}

/** Searches as a run does: a look each second at what has ended, the next rate from the verdicts before. */
export function searchOn(server: VirtualServer, chance: number, mostSeconds: number, seed: number): VirtualAnswer {
  const probes: ObjectiveProbe[] = [];
  let seconds = 0;
  for (;;) {
    const next = nextRate(probes, server.plateauPerSec);
    if (next.kind === 'stop') break;
    const requests = server.serve(next.ratePerSec, mostSeconds, 1000 * seed + probes.length);
    const probed = probe(requests, { ...server.target, chance }, mostSeconds);
    seconds += probed.seconds;
    probes.push({ load: next.ratePerSec, verdict: probed.verdict });
  }
  const { from, to = Number.POSITIVE_INFINITY } = bracketOf(probes);
  return { interval: [0.95 * from, 1.05 * to], probes, seconds };
}

function probe(
  requests: readonly VirtualRequest[],
  target: AttainmentTarget,
  mostSeconds: number,
): { readonly verdict: AttainmentVerdict; readonly seconds: number } {
  const tally = new AttainmentTally(target, 0);
  const byEnd = requests.toSorted((one, other) => one.endedMs - other.endedMs);
  let [settled, oldest] = [0, 0];
  for (let second = 1; second <= mostSeconds; second++) {
    const nowMs = second * 1000;
    for (let next = byEnd[settled]; next !== undefined && next.endedMs <= nowMs; next = byEnd[++settled]) {
      tally.add(next.dueMs, next.isGood);
    }
    while ((requests[oldest]?.endedMs ?? Number.POSITIVE_INFINITY) <= nowMs) oldest++;
    const verdict = tally.look(Math.min(nowMs, requests[oldest]?.dueMs ?? nowMs))?.verdict ?? 'open';
    if (verdict !== 'open') return { verdict, seconds: second };
  }
  return { verdict: 'open', seconds: mostSeconds };
}

/** A queue with exponential service and `servers` of them, of which the answer is known in closed form. */
export function createQueue(settings: {
  readonly servers: number;
  readonly servedPerSec: number;
  readonly limitMs: number;
  readonly attain: number;
}): VirtualServer {
  const { servers, servedPerSec, limitMs, attain } = settings;
  const plateauPerSec = servers * servedPerSec;
  /** Erlang's C, then the exponential wait of those that wait at all. */
  function waitsLonger(ratePerSec: number): number {
    const load = ratePerSec / servedPerSec;
    let [term, sum] = [1, 1];
    for (let busy = 1; busy < servers; busy++) sum += term *= load / busy;
    const last = (term * load) / (servers - load);
    return (last / (sum + last)) * Math.exp((-(plateauPerSec - ratePerSec) * limitMs) / 1000);
  }
  return {
    name: `M/M/${servers}, wait < ${limitMs} ms`,
    target: { attain, limitMs },
    plateauPerSec,
    truePerSec: () => bisect(plateauPerSec, (rate) => waitsLonger(rate) <= 1 - attain),
    serve: (ratePerSec, seconds, seed) => {
      const uniform = randomStream(seed, 'queue', ratePerSec);
      const exponential = (meanMs: number) => -Math.log(1 - uniform()) * meanMs;
      const freeAtMs = new Array<number>(servers).fill(0);
      const requests: VirtualRequest[] = [];
      for (
        let dueMs = exponential(1000 / ratePerSec);
        dueMs < seconds * 1000;
        dueMs += exponential(1000 / ratePerSec)
      ) {
        const first = freeAtMs.indexOf(Math.min(...freeAtMs));
        const startMs = Math.max(dueMs, freeAtMs[first] as number);
        freeAtMs[first] = startMs + exponential(1000 / servedPerSec);
        requests.push({ dueMs, endedMs: freeAtMs[first] as number, isGood: startMs - dueMs < limitMs });
      }
      return requests;
    },
  };
}

/** The largest rate up to `most` for which something holds that holds for all smaller ones. */
export function bisect(most: number, holds: (ratePerSec: number) => boolean, steps = 50): number {
  let [low, high] = [0, most];
  for (let step = 0; step < steps; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
