import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyCoresOver } from '../calibration/busyCores.ts';
import { type ItemCost, ItemCosts } from '../calibration/itemCosts.ts';
import type { NullAnswer } from '../calibration/nullServerMessages.ts';
import { seenStreams } from '../calibration/seenStreams.ts';
import { startNullServer } from '../calibration/startNullServer.ts';
import { joinStamps, type StreamErrors } from '../calibration/streamErrors.ts';
import { wallClock } from '../core/clock.ts';
import { exitCodes } from '../core/errors.ts';
import type { MachineCeiling } from '../events/events.ts';
import { type RunInput, run } from '../library/run.ts';
import { percentileOfSorted } from '../metrics/percentile.ts';
import { renderCalibration } from '../reports/calibrationText.ts';
import { openLmdbLog } from '../sinks/lmdbLog.ts';
import type { CalibrateOptions } from './calibrateOptions.ts';
import { calibrationPath, keepCeiling } from './calibrationFile.ts';
import { describeMachine } from './machineFacts.ts';
import { createScreen } from './screen.ts';
import type { Terminal } from './terminal.ts';

const requestSeconds = 5;
const pace = { firstMs: 200, gapMs: 20, chunks: 200 };
const streams = 128;
const lookMs = 500;
/** Of one core; a desktop that idles takes less. */
const quietCores = 0.2;

/**
 * `deepspeedometer calibrate`: measures what this machine can send and how exact its stamps are, against a server that does
 * nothing but answer, and keeps it for the runs that follow.
 *
 * @returns the exit code
 * @throws SpeedometerError `logUnwritable` where it cannot be kept
 */
export async function calibrate({ output }: CalibrateOptions, terminal: Terminal): Promise<number> {
  const facts = describeMachine();
  terminal.writeError('Measuring this machine, for about 15 s: nothing else should run on it.\n');
  const busyCores = await busyCoresOver(lookMs);
  if (busyCores > quietCores) {
    const words = `other processes use ${busyCores.toFixed(1)} of its cores: the ceiling is higher than what is measured now`;
    terminal.writeError(`warning  ${words}\n`);
  }
  const ceiling = await measureCeiling();
  const path = calibrationPath();
  keepCeiling(path, facts, ceiling);
  if (output === 'json') terminal.writeOut(`${JSON.stringify({ ...facts, ceiling, path }, undefined, 2)}\n`);
  else {
    const { style, columns } = createScreen(terminal.output, terminal.errors);
    terminal.writeOut(renderCalibration(ceiling, facts.machine, path, { ...style, columns }));
  }
  return exitCodes.done;
}

/** Small answers as fast as they come, for what a request costs; then paced streams, for a chunk and the errors of stamps. */
async function measureCeiling(): Promise<MachineCeiling> {
  const ofRequests = await measure(
    { kind: 'whole' },
    { ...common, num_clients: [64], max_level_seconds: requestSeconds },
  );
  const perRequest = ofRequests.costs.perRequest();
  const asked = { num_clients: [streams], num_requests_per_client: 1, min_requests: 1, streaming: true };
  const ofStreams = await measure({ kind: 'paced', ...pace }, { ...common, ...asked, max_new_tokens: pace.chunks });
  return toCeiling(perRequest, ofStreams.costs.perChunk(perRequest), ofStreams.errors);
}

const common: RunInput = {
  ...{ api: 'openai', model: 'none', tokenizer: 'o200k_base', server_metrics: false },
  ...{ workers: 1, prompt_length: 32, max_new_tokens: 8, min_requests: 10_000_000, stop_at_plateau: false },
};

/** One run against a server of its own, in a folder that is thrown away. */
async function measure(answer: NullAnswer, options: RunInput) {
  const server = await startNullServer(answer);
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-calibrate-'));
  try {
    const costs = new ItemCosts(() => {
      const { user, system } = process.cpuUsage();
      return user + system;
    });
    const { events$, report } = run({ ...options, url: server.origin, result_dir: folder });
    events$.subscribe({ next: (event) => costs.add(event), error: () => {} });
    const log = openLmdbLog(join((await report).folder, 'log.mdb'));
    const streamsSeen = answer.kind === 'paced' ? seenStreams(log) : [];
    await log.close();
    return { costs, errors: joinStamps(streamsSeen) };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function toCeiling(request: ItemCost, chunk: ItemCost, errors: StreamErrors): MachineCeiling {
  return {
    calibratedAt: wallClock().toISOString(),
    workerMicrosPerRequest: request.workerMicros,
    workerMicrosPerChunk: chunk.workerMicros,
    mainMicrosPerRequest: request.mainMicros,
    mainMicrosPerChunk: chunk.mainMicros,
    errorsAt: { streams, gapMs: pace.gapMs },
    ttftErrorMs: tailsOf(errors.ttftMs),
    gapErrorMs: tailsOf(errors.gapMs),
  };
}

function tailsOf(values: readonly number[]): MachineCeiling['ttftErrorMs'] {
  const sorted = Float64Array.from(values).sort();
  const at = (p: number): number => percentileOfSorted(sorted, p) ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
