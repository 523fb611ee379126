import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { refuseRunFiles, standardOutput } from './outputPlace.ts';
import type { Terminal } from './terminal.ts';

/** Where a report goes. */
export interface Delivery {
  readonly format: string;
  /** A file, or `-` for standard output. */
  readonly to?: string | undefined;
  /** The folder and the name, without its ending, of the file where none is named. */
  readonly beside: readonly [folder: string, name: string];
}

const forFiles = ['html', 'svg', 'png'];

/**
 * Writes a report to standard output or into a file. Pictures and pages are no use on a terminal: there they go into a file
 * of their own, which is told.
 * @throws SpeedometerError `usage` where the file cannot be written, or is part of a run
 */
export function deliver(content: string | Uint8Array, { format, to, beside }: Delivery, terminal: Terminal): void {
  const [folder, name] = beside;
  const isForFile = forFiles.includes(format) && terminal.output.isTTY === true;
  const place = to ?? (isForFile ? join(folder, `${name}.${format}`) : standardOutput);
  if (place === standardOutput) {
    if (typeof content === 'string') terminal.writeOut(content);
    else terminal.output.write(content);
    return;
  }
  refuseRunFiles(place);
  try {
    writeFileSync(place, content);
  } catch (cause) {
    throw new SpeedometerError('usage', `--to: ${place} cannot be written: ${messageOf(cause)}`, {
      hint: 'Name a file in a folder that exists and is yours to write.',
      cause,
    });
  }
  terminal.writeError(`Wrote ${place}\n`);
}
