import { existsSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Subject } from 'rxjs';
import { z } from 'zod';
import { exitCodes, SpeedometerError } from '../core/errors.ts';
import { criteriaOptions } from '../criteria/criteriaOptions.ts';
import { createPipeline } from '../criteria/pipeline.ts';
import { packBatch } from '../events/codec.ts';
import type { EventLog, RecordedBatch } from '../events/eventLog.ts';
import { type RunEvent, schemaVersion } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { levelEvents } from '../imports/importEvents.ts';
import type { Importer } from '../imports/importedRun.ts';
import { importers } from '../imports/importers.ts';
import { type ImportedSweep, joinRuns } from '../imports/joinRuns.ts';
import { metricsOptions } from '../metrics/metricsOptions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { createLmdbLog } from '../sinks/lmdbLog.ts';
import { writeAtomically } from '../sinks/resultFiles.ts';
import type { ImportOptions } from './importOptions.ts';
import { renderImport } from './importText.ts';
import { identifyRun } from './liveRun.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/**
 * `deepspeedometer import`: makes a log of files that another tool wrote.
 *
 * @param paths of the tool's files
 * @returns the exit code
 * @throws SpeedometerError `usage` where a file is not what it should be, or the log is there already
 */
export async function importFiles(
  paths: readonly string[],
  options: ImportOptions,
  terminal: Terminal,
): Promise<number> {
  const { from } = options;
  if (from === undefined || paths.length === 0) {
    throw new SpeedometerError(
      'usage',
      from === undefined ? 'import: expected --from TOOL' : 'import: expected a file',
      {
        hint: `deepspeedometer import FILE... --from ${from ?? Object.keys(importers).join('|')}`,
      },
    );
  }
  const folder = options.log ?? identifyRun(options.result_dir).folder;
  const path = join(folder, 'log.mdb');
  if (existsSync(path)) {
    throw new SpeedometerError('usage', `${path}: there is a log already`, { hint: '--log names another folder.' });
  }
  const read: Importer = await importers[from]();
  const sweeps = joinRuns(paths.flatMap(read));
  const log = createLmdbLog(path);
  const summary = await writeRun(log, sweeps, head(from, paths, sweeps, basename(folder)));
  await log.close();
  writeAtomically(join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  const shown = relative(process.cwd(), folder);
  const place = shown === '' || shown.startsWith('..') ? folder : shown;
  terminal.writeOut(`${renderImport({ from, sweeps, place }).join('\n')}\n`);
  return exitCodes.done;
}

const main = { worker: 0, atMs: 0 } as const;
const defaults = z.object({ ...metricsOptions.shape, ...criteriaOptions.shape }).parse({});
const eventsInBatch = 2000;

function head(from: string, paths: readonly string[], sweeps: readonly ImportedSweep[], runId: string): RunEvent {
  const [first] = sweeps.flatMap((sweep) => sweep.runs);
  if (first === undefined) throw new SpeedometerError('bug', 'no file was read');
  return {
    type: 'run.started',
    ...main,
    schemaVersion,
    runId,
    startedAt: first.startedAt ?? statSync(paths[0] ?? '').mtime.toISOString(),
    version: packageVersion(),
    api: from,
    model: first.model,
    tokenizer: first.tokenizer,
    options: { imported_from: from, files: paths.map((path) => basename(path)), streaming: first.level.streaming },
    machine: {},
  };
}

/** Writes all events, and sends them through the pipeline of a live run, so that the log carries its digest. */
async function writeRun(log: EventLog, sweeps: readonly ImportedSweep[], first: RunEvent): Promise<RunSummary> {
  const recorded$ = new Subject<RecordedBatch>();
  const pipeline = createPipeline(recorded$, defaults);
  pipeline.decisions$.subscribe();
  const append = async (events: readonly RunEvent[], texts: readonly ExchangeText[] = []): Promise<void> => {
    recorded$.next(await log.append(packBatch(events, texts)));
  };

  const warned = [...new Set(sweeps.flatMap(({ runs }) => runs.flatMap(({ notes }) => notes)))];
  await append([
    first,
    ...sweeps.map(({ options, runs }, sweep): RunEvent => {
      const loads = runs.map(({ level }) => level.load.value);
      return { type: 'sweep.started', ...main, sweep, options: { ...options, num_clients: loads } };
    }),
    ...warned.map((message): RunEvent => ({ type: 'run.warned', ...main, message })),
  ]);
  let place = { level: 0, firstRequest: 0, startMs: 0 };
  for (const [sweep, { runs }] of sweeps.entries()) {
    for (const { level: imported } of runs) {
      const { events, texts, source, endMs } = levelEvents(imported, { ...place, sweep });
      if (source !== '') await log.appendSource(place.level, source);
      for (let from = 0; from < events.length; from += eventsInBatch) {
        await append(events.slice(from, from + eventsInBatch), from === 0 ? texts : []);
      }
      place = { level: place.level + 1, firstRequest: place.firstRequest + imported.requests.length, startMs: endMs };
    }
  }
  const finished = { type: 'run.finished', worker: 0, atMs: place.startMs, exitCode: exitCodes.done } as const;
  await append([{ ...finished, digest: pipeline.digest() }]);
  return pipeline.summary();
}
