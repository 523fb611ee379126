import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How many cores the machine has used over the next so many ms, while we do nothing. */
export async function busyCoresOver(durationMs: number): Promise<number> {
  const before = cpuTimes();
  await sleep(durationMs);
  const after = cpuTimes();
  const allMs = after.allMs - before.allMs;
  return allMs === 0 ? 0 : ((after.busyMs - before.busyMs) / allMs) * cpus().length;
}

function cpuTimes(): { readonly busyMs: number; readonly allMs: number } {
  let [busyMs, allMs] = [0, 0];
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times;
    busyMs += user + nice + sys + irq;
    allMs += user + nice + sys + irq + idle;
  }
  return { busyMs, allMs };
}
