import { setTimeout as sleep } from 'node:timers/promises';
import type { NullServer } from '../src/calibration/startNullServer.ts';
import { monotonicMs } from '../src/core/clock.ts';
import { childrenOf, cpuMs, memoryOf } from './procFs.ts';

/** One look at a client's processes. Children are the tool's workers; the bare client has none. */
export interface Look {
  readonly atMs: number;
  readonly requests: number;
  readonly serverCpuMs: number;
  readonly mainCpuMs: number;
  readonly workerCpuMs: number;
  readonly mainBytes: number;
  /** Of these, without pages of files. */
  readonly mainAnonymousBytes: number;
  /** Of the largest worker. */
  readonly workerBytes: number;
  /** Of main and all workers. */
  readonly allBytes: number;
}

const everyMs = 50;

/** Looks at a client twenty times a second until `ended`, from its first request on. */
export async function watch(pid: number, server: NullServer, ended: Promise<unknown>): Promise<readonly Look[]> {
  const looks: Look[] = [];
  const before = await server.count();
  let over = false;
  const finish = () => {
    over = true;
  };
  ended.then(finish, finish);
  while (!over) {
    const { requests, cpuMicros } = await server.count();
    const look = requests > before.requests ? tryLook(pid, requests - before.requests, cpuMicros / 1000) : undefined;
    if (look !== undefined) looks.push(look);
    await sleep(everyMs);
  }
  return looks;
}

function tryLook(pid: number, requests: number, serverCpuMs: number): Look | undefined {
  try {
    const workers = childrenOf(pid);
    const main = memoryOf(pid);
    const workerBytes = workers.map((worker) => memoryOf(worker).residentBytes);
    return {
      atMs: monotonicMs(),
      requests,
      serverCpuMs,
      mainCpuMs: cpuMs(pid),
      workerCpuMs: sum(workers.map(cpuMs)),
      mainBytes: main.residentBytes,
      mainAnonymousBytes: main.anonymousBytes,
      workerBytes: Math.max(0, ...workerBytes),
      allBytes: main.residentBytes + sum(workerBytes),
    };
  } catch {
    return undefined; // it ended between two looks
  }
}

/** CPU time over the stretch in which the share of a run's requests from `from` to `to` came. */
export interface Stretch {
  readonly requests: number;
  readonly seconds: number;
  readonly mainMicrosPerRequest: number;
  readonly workerMicrosPerRequest: number;
  /** Of its own core; near 1 the server is what clients wait for. */
  readonly serverCpuRatio: number;
}

export function stretchOf(looks: readonly Look[], planned: number, from: number, to: number): Stretch {
  const first = looks.find(({ requests }) => requests >= planned * from);
  const last = looks.findLast(({ requests }) => requests <= planned * to);
  if (first === undefined || last === undefined || last.requests <= first.requests) {
    throw new Error(`too short to measure: ${looks.length} looks at ${planned} requests`);
  }
  const requests = last.requests - first.requests;
  const micros = (key: 'mainCpuMs' | 'workerCpuMs') => ((last[key] - first[key]) * 1000) / requests;
  return {
    requests,
    seconds: (last.atMs - first.atMs) / 1000,
    mainMicrosPerRequest: micros('mainCpuMs'),
    workerMicrosPerRequest: micros('workerCpuMs'),
    serverCpuRatio: (last.serverCpuMs - first.serverCpuMs) / (last.atMs - first.atMs),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
