import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { replay } from '../../src/criteria/replay.ts';
import { packBatch } from '../../src/events/codec.ts';
import type { Recorded } from '../../src/events/events.ts';
import { createLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runLog } from '../metrics/runLog.ts';

export const options = { window_seconds: 10, early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };
/** A made-up run of three levels, the same on every machine. */
export const recordedLog = runLog({ seed: 4, planned: 120 }, [1, 2, 4]);
export const whole = replay([recordedLog], options);

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A result folder with one run in it; its log ends with the digest of a live run. */
export async function recordedRun(events: readonly Recorded[] = recordedLog, digest = whole.digest): Promise<string> {
  const folder = join(temporaryFolder(), 'results');
  const file = createLmdbLog(join(folder, 'runs', '20260101-000000-000aa', 'log.mdb'));
  for (let index = 0; index < events.length; index += 100) {
    const batch = events.slice(index, index + 100).map(({ seq, ...event }) => event);
    await file.append(packBatch(batch.map((event) => (event.type === 'run.finished' ? { ...event, digest } : event))));
  }
  await file.close();
  return folder;
}
