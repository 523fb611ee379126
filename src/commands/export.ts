import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exitCodes, messageOf, SpeedometerError } from '../core/errors.ts';
import { askedObjectives } from '../criteria/askedObjectives.ts';
import { type LogDamage, untilDamage } from '../events/logDamage.ts';
import { formats } from '../exports/formats.ts';
import { type Table, tables } from '../exports/tables.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import { makeFolder } from '../sinks/makeFolder.ts';
import type { ExportOptions } from './exportOptions.ts';
import { openRun } from './openRun.ts';
import { refuseRunFiles, replaceableFile, standardOutput } from './outputPlace.ts';
import type { Output, Terminal } from './terminal.ts';

/** What an export is asked to do. */
export interface ExportInvocation {
  readonly options: ExportOptions & MetricsOptions;
  readonly given: ReadonlySet<string>;
}

/**
 * `deepspeedometer export`: writes a table of a recorded run, row by row.
 *
 * @param argument names the log, see `openRun`
 * @returns the exit code
 * @throws SpeedometerError `usage` where the file cannot be written, or is part of a run
 */
export async function exportRun(
  argument: string,
  { options, given }: ExportInvocation,
  terminal: Terminal,
): Promise<number> {
  const { what, format, to = standardOutput } = options;
  if (to !== standardOutput) refuseRunFiles(to);
  else if (format === 'parquet' && terminal.output.isTTY) {
    throw new SpeedometerError('usage', '--format parquet: a terminal cannot show it', {
      hint: 'Name a file: --to FILE.parquet',
    });
  }
  const run = openRun(argument, options.result_dir);
  let damage: LogDamage | undefined;
  try {
    const table: Table = tables[what];
    const rows = table.open({
      batches: () =>
        untilDamage(run.log.batches(), (found) => {
          damage = found;
        }),
      options: given.has('window_seconds') ? options : run.options,
      limits: askedObjectives(run.options)?.limits ?? [],
    });
    const toPieces = await formats[format]();
    await (to === standardOutput ? writeOut(toPieces(rows), terminal.output) : writeFile(to, toPieces(rows)));
  } finally {
    await run.log.close();
  }
  if (to !== standardOutput) terminal.writeError(`Wrote ${to}\n`);
  if (damage !== undefined) terminal.writeError(`warning  ${damage.message}: exported up to there\n`);
  return exitCodes.done;
}

const leastPiece = 64 * 1024;

/** Small pieces are joined, so that each write is worth its call. */
function* joined(pieces: Iterable<string | Uint8Array>): Iterable<Buffer> {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece !== 'string') yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    else {
      text += piece;
      if (text.length < leastPiece) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

async function writeOut(pieces: Iterable<string | Uint8Array>, output: Output): Promise<void> {
  try {
    await pipeline(Readable.from(joined(pieces), { objectMode: false }), output, { end: false });
  } catch (thrown) {
    // Whoever reads may have seen enough (`| head`).
    if ((thrown as NodeJS.ErrnoException).code !== 'EPIPE') throw thrown;
  }
}

/** A file appears under its name once it is whole; what is none is written into. */
async function writeFile(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  let temporary: string | undefined;
  try {
    makeFolder(dirname(path));
    const file = replaceableFile(path);
    if (file !== undefined) temporary = `${file}.${process.pid}.tmp`;
    const target = createWriteStream(temporary ?? path, { mode: 0o600 });
    await pipeline(Readable.from(joined(pieces), { objectMode: false }), target);
    if (file !== undefined && temporary !== undefined) renameSync(temporary, file);
  } catch (cause) {
    if (temporary !== undefined && existsSync(temporary)) rmSync(temporary);
    if (!isFileProblem(cause)) throw cause;
    throw new SpeedometerError('usage', `${path} cannot be written: ${messageOf(cause)}`, {
      hint: '--to names the file.',
      cause,
    });
  }
}

function isFileProblem(thrown: unknown): boolean {
  return typeof (thrown as NodeJS.ErrnoException | undefined)?.syscall === 'string';
}
