import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { stateFolder } from '../core/stateFolder.ts';
import type { MachineCeiling, RunStarted } from '../events/events.ts';
import { makeFolder } from '../sinks/makeFolder.ts';
import { writeAtomically } from '../sinks/resultFiles.ts';

/** What a calibration holds for: another version, or another machine in the same home, has another ceiling. */
export type CalibratedFor = Pick<RunStarted, 'version' | 'machine'>;

interface Calibration extends CalibratedFor {
  readonly ceiling: MachineCeiling;
}

/** Where the calibration of this machine is kept. */
export function calibrationPath(folder: string = stateFolder()): string {
  return join(folder, 'calibrations', `${hostname()}.json`);
}

/** @throws SpeedometerError `logUnwritable` where it cannot be kept */
export function keepCeiling(path: string, { version, machine }: CalibratedFor, ceiling: MachineCeiling): void {
  const calibration: Calibration = { version, machine, ceiling };
  try {
    makeFolder(dirname(path));
    writeAtomically(path, `${JSON.stringify(calibration, undefined, 2)}\n`);
  } catch (cause) {
    throw new SpeedometerError('logUnwritable', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** What was kept for this very machine and version; `undefined` where nothing was. */
export function keptCeiling(path: string, { version, machine }: CalibratedFor): MachineCeiling | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Calibration;
    return isDeepStrictEqual([kept.version, kept.machine], [version, machine]) ? kept.ceiling : undefined;
  } catch {
    return undefined; // never calibrated, or by a version that wrote it otherwise
  }
}
