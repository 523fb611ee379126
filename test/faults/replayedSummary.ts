import { join } from 'node:path';
import { expect } from 'vitest';
import type { CriteriaOptions } from '../../src/criteria/criteriaOptions.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { MetricsOptions } from '../../src/metrics/metricsOptions.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';

/** What the log of a run comes to, whether or not the run came to its end. */
export async function replayedSummary(runFolder: string): Promise<RunSummary> {
  const log = openLmdbLog(join(runFolder, 'log.mdb'));
  try {
    for (const [started] of log.batches()) {
      if (started?.type !== 'run.started') break;
      return replay(log.batches(), started.options as unknown as MetricsOptions & CriteriaOptions).summary;
    }
    return expect.fail('the log does not begin with run.started');
  } finally {
    await log.close();
  }
}
