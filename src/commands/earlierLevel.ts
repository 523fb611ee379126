import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CriteriaOptions } from '../criteria/criteriaOptions.ts';
import { replay } from '../criteria/replay.ts';
import { eventsOf } from '../events/eventLog.ts';
import type { JsonValue, LevelSkipped } from '../events/events.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { openLmdbLog } from '../sinks/lmdbLog.ts';
import type { LevelRecord } from '../sinks/resultFiles.ts';

/** A level's figures out of the log of the run that measured it. */
export type EarlierLevel = Pick<LevelSkipped, 'fromRun' | 'fromLevel' | 'summary'>;

/**
 * Reads the level that a result file came from out of its run's log.
 * @returns undefined where there is none: then the level is measured again
 */
export async function findEarlierLevel(
  resultDir: string,
  record: LevelRecord | undefined,
): Promise<EarlierLevel | undefined> {
  if (record === undefined) return undefined;
  const path = join(resultDir, 'runs', record.run, 'log.mdb');
  if (!existsSync(path)) return undefined;
  const log = openLmdbLog(path);
  try {
    for (const event of eventsOf(log)) {
      if (event.type !== 'run.started') return undefined;
      const { summary } = replay(eventsOf(log), event.options as unknown as MetricsOptions & CriteriaOptions);
      const level = summary.levels.find((one) => one.level === record.level);
      if (level === undefined) return undefined;
      return { fromRun: record.run, fromLevel: record.level, summary: level as unknown as JsonValue };
    }
    return undefined;
  } finally {
    await log.close();
  }
}
