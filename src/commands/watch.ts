import { constants, setPriority } from 'node:os';
import { relative } from 'node:path';
import { Subject } from 'rxjs';
import { type Clock, createRunClock, monotonicMs } from '../core/clock.ts';
import { exitCodes } from '../core/errors.ts';
import { scaledClock } from '../core/scaledClock.ts';
import { createPipeline } from '../criteria/pipeline.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import { attachSinks } from '../sinks/attachSinks.ts';
import type { ViewOptions } from '../terminal/viewOptions.ts';
import { type FollowEnd, followLog } from './followLog.ts';
import { isWriterAlive } from './machineFacts.ts';
import { type OpenRun, openRun } from './openRun.ts';
import { runOutline } from './runOutline.ts';
import { createRunView, type RunView } from './runView.ts';
import { onSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';
import type { WatchOptions } from './watchOptions.ts';

/**
 * `deepspeedometer watch`: shows a run of another process as its own terminal would, from its log, while it is being
 * written. It only reads, and with the least priority.
 *
 * @param argument names the run, see `openRun`
 * @returns the exit code: 0, or that of the signal that ended the watching
 */
export async function watchRun(
  argument: string,
  options: WatchOptions & ViewOptions,
  terminal: Terminal,
): Promise<number> {
  setPriority(constants.priority.PRIORITY_LOW);
  const run = openRun(argument, options.result_dir);
  let exitCode: number = exitCodes.done;
  let isStopped = false;
  const stop = (code: number): void => {
    exitCode = code;
    isStopped = true;
  };
  const stopListening = onSignals(stop);
  try {
    const { view, played } = openView(run, options, terminal, () => stop(exitCodes.done));
    try {
      await played(() => isStopped);
    } finally {
      view.close();
    }
  } finally {
    stopListening();
    await run.log.close();
  }
  return exitCode;
}

/** The view, and what feeds it until the log has no more to give. */
function openView(run: OpenRun, options: WatchOptions & ViewOptions, terminal: Terminal, stop: () => void) {
  const clock = createRunClock(monotonicMs());
  const pace = options.speed === undefined ? undefined : scaledClock(clock, Number(options.speed));
  const recorded$ = new Subject<RecordedBatch>();
  const pipeline = createPipeline(recorded$, run.options);
  let latestMs = 0;
  const nowMs = () => Math.max(latestMs, pace?.nowMs() ?? 0);
  const view = createWatchView(run, options, terminal, { clock, nowMs, stop });
  const attached = attachSinks(view.sinks, recorded$, pipeline.figures$, (message) => view.say(`warning  ${message}`));
  pipeline.analysed$.subscribe({
    next: ({ atMs }) => {
      latestMs = Math.max(latestMs, atMs);
    },
    error: () => {}, // there is none: what a log has was folded before
  });
  const { runId, startedAt, api, model } = run.started;
  view.say(`Watching run ${runId} · ${startedAt} · ${api} · ${model}`);

  async function played(isStopped: () => boolean): Promise<void> {
    const end = await followLog({
      log: run.log,
      isWriterAlive: () => isWriterAlive(run.started),
      isStopped,
      take: (batch) => recorded$.next(batch),
      clock,
      ...(pace === undefined ? {} : { pace }),
    });
    // A level that is still open would be closed, and shown as one that was interrupted.
    if (end.why !== 'stopped') for (const words of await attached.finish(pipeline.summary())) view.say(words);
    const words = endWords(end, runId);
    if (words !== undefined) view.say(words);
  }
  return { view, played };
}

function createWatchView(
  run: OpenRun,
  { ui, quiet }: WatchOptions & ViewOptions,
  terminal: Terminal,
  { clock, nowMs, stop }: { readonly clock: Clock; readonly nowMs: () => number; readonly stop: () => void },
): RunView {
  const outline = runOutline(run.log);
  const place = relative(process.cwd(), run.path);
  return createRunView({
    ui,
    quiet,
    terminal,
    output: ui === 'json' ? terminal.errors : terminal.output,
    options: run.options,
    clock: { ...clock, nowMs },
    frameClock: clock,
    levels: outline.levels,
    sweeps: outline.sweeps,
    places: () => [{ label: 'Log', place: place.startsWith('..') ? run.path : place }],
    keys: () => [{ key: 'q', name: 'leave', does: 'ends the watching; the run goes on', press: stop }],
  });
}

function endWords(end: FollowEnd, runId: string): string | undefined {
  if (end.why === 'stopped') return `No longer watched. The run is left alone: deepspeedometer watch ${runId}`;
  if (end.why === 'gone') return 'The log ends without an end of its run: the process that wrote it is gone.';
  if (end.why === 'damaged') return `warning  ${end.damage.message}: read up to there`;
  const { exitCode, reason } = end.finished;
  return exitCode === 0 ? undefined : `The run ended with exit code ${exitCode}${reason ? `: ${reason}` : ''}`;
}
