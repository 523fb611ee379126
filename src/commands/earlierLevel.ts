import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SpeedometerError } from '../core/errors.ts';
import type { CriteriaOptions } from '../criteria/criteriaOptions.ts';
import { replay } from '../criteria/replay.ts';
import type { JsonValue, LevelSkipped } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { openLmdbLog } from '../sinks/lmdbLog.ts';
import type { LevelRecord } from '../sinks/resultFiles.ts';

/** A level's figures out of the log of the run that measured it. */
export type EarlierLevel = Pick<LevelSkipped, 'fromRun' | 'fromLevel' | 'summary'>;

/** Finds the level that a result file came from; undefined where there is none: then the level is measured again. */
export type FindEarlierLevel = (record: LevelRecord | undefined) => Promise<EarlierLevel | undefined>;

/** Looks into the logs below a result folder, each of them read once. */
export function earlierLevels(resultDir: string): FindEarlierLevel {
  const levelsByRun = new Map<string, Promise<readonly LevelSummary[]>>();
  return async (record) => {
    if (record === undefined) return undefined;
    const levels = levelsByRun.get(record.run) ?? levelsOf(join(resultDir, 'runs', record.run, 'log.mdb'));
    levelsByRun.set(record.run, levels);
    const summary = (await levels).find(({ level }) => level === record.level);
    if (summary === undefined) return undefined;
    return { fromRun: record.run, fromLevel: record.level, summary: summary as unknown as JsonValue };
  };
}

async function levelsOf(path: string): Promise<readonly LevelSummary[]> {
  if (!existsSync(path)) return [];
  try {
    const log = openLmdbLog(path);
    try {
      for (const [first] of log.batches()) {
        if (first?.type !== 'run.started') return [];
        return replay(log.batches(), first.options as unknown as MetricsOptions & CriteriaOptions).summary.levels;
      }
      return [];
    } finally {
      await log.close();
    }
  } catch (thrown) {
    if (thrown instanceof SpeedometerError) return []; // no log that we can read
    throw thrown;
  }
}
