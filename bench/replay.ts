import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replay } from '../src/criteria/replay.ts';
import { openLmdbLog } from '../src/sinks/lmdbLog.ts';
import { type Finding, found } from './findings.ts';
import { writeMadeUpLog } from './madeUpLog.ts';

const criteria = { early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };
const options = { window_seconds: 10, ...criteria } as Parameters<typeof replay>[1];

/**
 * From a log to its summary, in this process: CPU time an event, garbage collection and all, and memory that is ours (not that of the mapped log) at the
 * end of a log ten times as long.
 */
export async function measureReplay(requests: number, repeats: number): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  try {
    const [short, long] = [join(folder, 'short.mdb'), join(folder, 'long.mdb')];
    await writeMadeUpLog(short, requests / 10);
    const events = await writeMadeUpLog(long, requests);
    await heapAfter(short); // everything is compiled once
    const shortMb = await heapAfter(short);
    const longMb = await heapAfter(long);
    const microseconds: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const before = process.cpuUsage();
      await replayed(long);
      const { user, system } = process.cpuUsage(before);
      microseconds.push((user + system) / events);
    }
    const rates = microseconds.map((us) => (1 / us).toFixed(2)).join(', ');
    const detail = `${rates} M events/s, ${events} events`;
    const heaps = `${shortMb.toFixed(0)}, ${longMb.toFixed(0)} MB`;
    return [
      found('e', 'CPU time of a replay, an event', 'us', microseconds, { floor: 1, goal: 1 }, detail),
      found('e', 'heap after a log ten times as long', 'MB', [longMb - shortMb], { floor: 100 }, heaps),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayed(path: string): Promise<void> {
  const log = openLmdbLog(path);
  replay(log.batches(), options);
  await log.close();
}

/** MB of heap and buffers at their largest among the batches of a replay. */
async function heapAfter(path: string): Promise<number> {
  const log = openLmdbLog(path);
  let largest = 0;
  let batches = 0;
  function* watched() {
    for (const batch of log.batches()) {
      if (batches++ % 100 === 0) {
        const { heapUsed, external } = process.memoryUsage();
        largest = Math.max(largest, heapUsed + external);
      }
      yield batch;
    }
  }
  replay(watched(), options);
  await log.close();
  return largest / 2 ** 20;
}
