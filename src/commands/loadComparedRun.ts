import type { ComparedRun } from '../criteria/compareRuns.ts';
import { replay } from '../criteria/replay.ts';
import { untilDamage } from '../events/logDamage.ts';
import { PrecisionFold, type PrecisionSettings } from '../metrics/precisionFold.ts';
import type { WindowChoice } from '../metrics/steadyWindow.ts';
import type { ReportedRun } from '../reports/reportedRun.ts';
import { shortest } from './loadReport.ts';
import { openRun } from './openRun.ts';

/** What is asked of each log. */
export interface CompareQuestion extends PrecisionSettings {
  readonly resultDir: string;
  readonly window: WindowChoice;
}

/** A run, what reports show of it, and how far its figures may be off. */
export type LoadedRun = ReportedRun & ComparedRun;

/**
 * Reads a log into what a comparison needs. Memory does not grow with the log beyond what its summary takes.
 * @param argument names the log, see `openRun`
 * @throws SpeedometerError `usage` where it cannot be read
 */
export async function loadComparedRun(argument: string, label: string, question: CompareQuestion): Promise<LoadedRun> {
  const { resultDir, window, percentiles } = question;
  const opened = openRun(argument, resultDir);
  try {
    const fold = new PrecisionFold(question);
    let damage: string | undefined;
    const batches = untilDamage(opened.log.batches(), (found) => {
      damage = found.message;
    });
    const { summary } = replay(batches, opened.options, { window, observe: fold.observe.bind(fold) });
    return {
      label,
      place: shortest(opened.folder),
      started: opened.started,
      summary,
      precision: fold.levels,
      details: new Map(),
      window,
      ...(damage === undefined ? {} : { damage }),
      objectives: [],
      verdicts: new Map(),
      percentiles,
    };
  } finally {
    await opened.log.close();
  }
}
