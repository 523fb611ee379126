import { randomStream } from '../../src/core/random.ts';
import { nextLoad } from '../../src/criteria/nextLoad.ts';
import { LevelFold } from '../../src/metrics/levelFold.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import type { Saturation } from '../../src/metrics/runSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';
import { simulateClosedLoop } from '../../src/simulator/simulateClosedLoop.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { simulatedLevel } from '../simulator/simulatedLevel.ts';

/** A server and what it is asked for; lengths are uniform, half their mean to either side. */
export interface SimulatedServer {
  readonly options: SimulatorOptions;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** What a search came to, on virtual time. */
export interface SearchResult {
  readonly saturation: Saturation;
  readonly loads: readonly number[];
  /** Requests that its levels sent. */
  readonly requests: number;
}

const precision = 0.02;
const leastPerClient = 40; // an interval needs a window of 30 median latencies
const mostPerClient = 320;

/** Looks for the saturation point as `nextLoad` says; a level goes on, twice as long each time, until it is precise. */
export function searchSaturation(server: SimulatedServer, seed: number, maxClients = 512): SearchResult {
  const levels: LevelSummary[] = [];
  let requests = 0;
  for (let next = nextLoad(levels, maxClients); next.kind === 'run'; next = nextLoad(levels, maxClients)) {
    const level = measureLevel(server, seed, next.clients, levels.length);
    requests += level.requests.planned;
    levels.push(level);
  }
  return { saturation: saturation(levels), loads: levels.map(({ clients }) => clients), requests };
}

/** A level whose throughput is known within 2 %, or that is as long as it may be. */
function measureLevel(
  { options, promptTokens, outputTokens }: SimulatedServer,
  seed: number,
  clients: number,
  level: number,
): LevelSummary {
  for (let requestsPerClient = leastPerClient; ; requestsPerClient *= 2) {
    const load = { seed, level, clients, requestsPerClient, promptTokens, outputTokens };
    const summary = foldLevel(options, load);
    if ((summary.steady?.relativeHalfWidth ?? 1) <= precision || requestsPerClient >= mostPerClient) return summary;
  }
}

function foldLevel(options: SimulatorOptions, load: Parameters<typeof simulatedLevel>[1]): LevelSummary {
  let fold: LevelFold | undefined;
  let summary: LevelSummary | undefined;
  for (const [seq, event] of simulatedLevel(options, load).entries()) {
    if (event.type === 'level.prepared') fold = new LevelFold(event);
    summary = fold?.add({ ...event, seq }) ?? summary;
  }
  if (summary === undefined) throw new Error('the level never finished');
  return { ...summary, generator: { verdict: 'ok' } };
}

/** The smallest load whose long-run throughput reaches 95 % of what many clients get, by bisection. */
export function trueSaturation(server: SimulatedServer): number {
  const plateau = Math.max(...[256, 384].map((clients) => longRun(server, clients)));
  let [below, reaches] = [0, 256];
  while (reaches - below > 1) {
    const middle = Math.floor((below + reaches) / 2);
    if (longRun(server, middle) >= 0.95 * plateau) reaches = middle;
    else below = middle;
  }
  return reaches;
}

function longRun({ options, promptTokens, outputTokens }: SimulatedServer, clients: number): number {
  const random = randomStream(17, 'long run', clients);
  const lengthOf = (mean: number): number => Math.max(2, Math.round(mean * (0.5 + random())));
  const lengths = () => ({ promptTokens: lengthOf(promptTokens), outputTokens: lengthOf(outputTokens) });
  const warmupRequests = clients * 10;
  return simulateClosedLoop(options, { clients, requests: 6000, warmupRequests, lengths }).outputTokensPerSec;
}
