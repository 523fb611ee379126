import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SpeedometerError } from '../core/errors.ts';
import { LmdbFile } from '../sinks/lmdbFile.ts';

/** Where `--to` stands for standard output. */
export const standardOutput = '-';

/** What a run leaves beside its log, `log.mdb`. */
const besideLog = ['log.mdb-lock', 'summary.json'];

/**
 * Keeps what a run left from being written over, however `--to` spells it.
 * @throws SpeedometerError `usage` where a log is there, of this run or another, or what belongs to one
 */
export function refuseRunFiles(place: string): void {
  const what = runFileAt(place);
  if (what === undefined) return;
  throw new SpeedometerError('usage', `--to: ${place} ${what}`, { hint: 'Name a file that is no part of a run.' });
}

function runFileAt(place: string): string | undefined {
  try {
    if (!statSync(place).isFile()) return undefined;
    const path = realpathSync(place);
    if (basename(path) === 'log.mdb' || isDatabase(path)) return 'is the log of a run, which would be lost';
    const isBeside = besideLog.includes(basename(path)) && existsSync(join(dirname(path), 'log.mdb'));
    return isBeside ? 'belongs to the run whose log is beside it' : undefined;
  } catch {
    return undefined; // nothing is there, or nothing that we may look at: writing it tells
  }
}

function isDatabase(path: string): boolean {
  const file = LmdbFile.open(path);
  file?.close();
  return file !== undefined;
}

/**
 * The file whose place a whole new one may take: a regular one, links followed, or none yet.
 * @returns nothing where something else is there, such as a device or a pipe, which is to be written into
 * @throws the file system's error
 */
export function replaceableFile(place: string): string | undefined {
  if (lstatSync(place, { throwIfNoEntry: false }) === undefined) return place;
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true ? realpathSync(place) : undefined;
}
