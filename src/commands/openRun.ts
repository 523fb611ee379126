import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { SpeedometerError } from '../core/errors.ts';
import { type CriteriaOptions, criteriaOptions } from '../criteria/criteriaOptions.ts';
import type { EventLogReader } from '../events/eventLog.ts';
import { eventsOf } from '../events/eventLog.ts';
import type { RunStarted } from '../events/events.ts';
import { type MetricsOptions, metricsOptions } from '../metrics/metricsOptions.ts';
import { openLmdbLog } from '../sinks/lmdbLog.ts';

/** A recorded run, open for reading. Whoever opened it closes its log. */
export interface OpenRun {
  /** Of the log. */
  readonly path: string;
  readonly folder: string;
  readonly log: EventLogReader;
  /** The log's first event. */
  readonly started: RunStarted;
  /** What windows and criteria the run had; where its log is older than an option, the option's default. */
  readonly options: MetricsOptions & CriteriaOptions;
}

const logName = 'log.mdb';
const recordedOptions = z.object({ ...metricsOptions.shape, ...criteriaOptions.shape });

/**
 * Opens the log that an argument names: a run's folder, the log itself, `latest` (or `last`), the newest run below
 * `resultDir`, or the id of a run there, of which the beginning is enough.
 * @throws SpeedometerError `usage` where there is none, or none that can be read
 */
export function openRun(argument: string, resultDir: string): OpenRun {
  const isNewest = argument === 'latest' || argument === 'last';
  const path = isNewest ? latestLog(resultDir) : (logOfId(argument, resultDir) ?? logAt(argument));
  const log = openLmdbLog(path);
  for (const first of eventsOf(log)) {
    if (first.type !== 'run.started') break;
    return { path, folder: dirname(path), log, started: first, options: recordedOptions.parse(first.options) };
  }
  void log.close();
  throw new SpeedometerError('usage', `${path}: the log does not begin with the start of a run`, {
    hint: 'Its run was killed at its very start, or it is a database of something else.',
  });
}

/** The log of the one run whose id begins so; a file or a folder of that name comes first. */
function logOfId(beginning: string, resultDir: string): string | undefined {
  if (existsSync(beginning) || beginning === '') return undefined;
  const runs = join(resultDir, 'runs');
  const [newest, ...others] = runsBelow(runs).filter((name) => name.startsWith(beginning));
  if (newest === undefined) return undefined;
  if (others.length === 0) return join(runs, newest, logName);
  throw new SpeedometerError('usage', `${beginning}: ${others.length + 1} runs below ${runs} begin so`, {
    hint: `Say more of it; the newest is ${newest}.`,
  });
}

function logAt(argument: string): string {
  const inside = join(argument, logName);
  if (!existsSync(argument) || !statSync(argument).isDirectory() || existsSync(inside)) {
    return existsSync(inside) ? inside : argument;
  }
  const runs = basename(argument) === 'runs' ? argument : join(argument, 'runs');
  const [newest] = runsBelow(runs);
  throw new SpeedometerError('usage', `${argument}: expected the folder of a run, with a ${logName} in it`, {
    hint:
      newest === undefined
        ? `A run leaves its log in RESULT_DIR/runs/ID/${logName}.`
        : `Runs are one folder below: the newest is ${join(runs, newest)}.`,
  });
}

function latestLog(resultDir: string): string {
  const runs = join(resultDir, 'runs');
  const [newest] = runsBelow(runs);
  if (newest !== undefined) return join(runs, newest, logName);
  throw new SpeedometerError('usage', `latest: there is no run below ${runs}`, {
    hint: 'Name the folder of a run, or the results in which it lies with --result_dir.',
  });
}

/** Names of the runs that have a log, newest first: in order of their names they are in order of time. */
function runsBelow(runs: string): readonly string[] {
  if (!existsSync(runs)) return [];
  const names = readdirSync(runs).filter((name) => existsSync(join(runs, name, logName)));
  return names.sort().reverse();
}
