import { statSync } from 'node:fs';
import { SpeedometerError } from '../core/errors.ts';

/** @throws SpeedometerError `usage` where nothing, or a folder, is at the path */
export function expectFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new SpeedometerError('usage', `${path}: there is no such file`);
  if (found.isDirectory()) {
    throw new SpeedometerError('usage', `${path}: a folder, expected a file of the tool`, {
      hint: 'Name the files in it that hold the results.',
    });
  }
}
