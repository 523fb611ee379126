import { dirname, relative } from 'node:path';
import { Subject } from 'rxjs';
import { type Clock, createRunClock, monotonicMs } from '../core/clock.ts';
import { exitCodes } from '../core/errors.ts';
import { scaledClock } from '../core/scaledClock.ts';
import { type CriteriaOptions, criteriaOptions } from '../criteria/criteriaOptions.ts';
import type { Decision } from '../criteria/criterion.ts';
import { createPipeline } from '../criteria/pipeline.ts';
import type { OutsideCriteria } from '../criteria/stopCriteria.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { RunFinished } from '../events/events.ts';
import { type LogDamage, untilDamage } from '../events/logDamage.ts';
import type { FoldViews } from '../metrics/levelObserver.ts';
import { type MetricsOptions, metricsOptions } from '../metrics/metricsOptions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { attachSinks } from '../sinks/attachSinks.ts';
import { createJsonLines } from '../sinks/jsonLines.ts';
import type { Sink } from '../sinks/sink.ts';
import { createTerminalSink } from '../sinks/terminalSink.ts';
import { readFigures } from './loadReport.ts';
import { latestMs, reached } from './logTime.ts';
import { type OpenRun, openRun } from './openRun.ts';
import { prepareCriteria } from './prepareCriteria.ts';
import { createReplayedResults } from './replayedResults.ts';
import type { ReplayOptions } from './replayOptions.ts';
import { type ReplayEnd, renderReplayEnd, renderReplayHead } from './replayText.ts';
import { startListeners } from './runListeners.ts';
import { type RunOutline, runOutline } from './runOutline.ts';
import { createScreen } from './screen.ts';
import type { Terminal } from './terminal.ts';

/** What a replay is asked to do. */
export interface ReplayInvocation {
  readonly options: ReplayOptions & MetricsOptions & CriteriaOptions;
  /** Names of the options that were given: the others are as they were recorded. */
  readonly given: ReadonlySet<string>;
}

type Judging = MetricsOptions & CriteriaOptions;
const judging = Object.keys({ ...metricsOptions.shape, ...criteriaOptions.shape }) as readonly (keyof Judging)[];

/**
 * `deepspeedometer replay`: sends a recorded run through the pipeline of a live one, into the same sinks.
 *
 * @param argument names the log, see `openRun`
 * @returns the exit code
 */
export async function replayRun(argument: string, asked: ReplayInvocation, terminal: Terminal): Promise<number> {
  const { options } = asked;
  const run = openRun(argument, options.result_dir);
  try {
    const outline = runOutline(run.log);
    const clock = options.speed === 'max' ? undefined : scaledClock(createRunClock(monotonicMs()), +options.speed);
    const view = createView(run, outline, options, { terminal, clock });
    const lines = options.output === 'jsonl' ? createJsonLines((line) => terminal.writeOut(line)) : undefined;
    const results = options.write_results ? createReplayedResults(run, outline, options.result_dir) : undefined;
    const changed = changedOptions(run.options, asked);
    const views = readFigures({ window: 'steady', definitions: options.definitions });

    const listeners = await startListeners(
      { sink: options.sink },
      { runId: run.started.runId, folder: dirname(run.path), clock: clock ?? createRunClock(monotonicMs()) },
    );

    const outside = await prepareCriteria({ ...run.options, ...changed }, (path) =>
      view.say(`warning  ${path}: no such file, so that nothing is known of what this criterion decided`),
    );
    for (const line of renderReplayHead(run.started, views.definitions)) view.say(line);
    const end = await play(
      run,
      { ...run.options, ...changed },
      {
        views,
        sinks: [view, lines, results, ...listeners.sinks].filter((sink) => sink !== undefined),
        texts: results !== undefined || listeners.sinks.length > 0,
        onDecision: (decision) => lines?.decide(decision),
        warn: (message) => view.say(`warning  ${message}`),
        clock,
        outside,
      },
    );
    for (const line of renderReplayEnd({
      ...end,
      changed: [...Object.keys(changed), ...(views.definitions ? ['definitions'] : [])],
    }))
      view.say(line);
    if (options.output === 'json') terminal.writeOut(`${JSON.stringify(end.summary)}\n`);
    return exitCodes.done;
  } finally {
    await run.log.close();
  }
}

/** What was given and is not what the log has. */
function changedOptions(recorded: Judging, { options, given }: ReplayInvocation): Partial<Judging> {
  const names = judging.filter((name) => given.has(name) && options[name] !== recorded[name]);
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/** Who listens to a log that is played, and how it is looked at. */
export interface Playing {
  readonly views: FoldViews;
  readonly sinks: readonly Sink[];
  /** Whether a sink wants texts: they cost as much as all the rest. */
  readonly texts: boolean;
  readonly onDecision: (decision: Decision) => void;
  readonly warn: (message: string) => void;
  /** Keeps events to their times; without one they come as fast as they can. */
  readonly clock: Clock | undefined;
  /** Stop criteria out of modules. */
  readonly outside: OutsideCriteria;
}

/**
 * Sends a log through the pipeline of a live run.
 * @throws whatever the pipeline throws; a damaged log is played as far as it is whole
 */
export async function play(
  { log }: OpenRun,
  options: Judging,
  { views, sinks, texts, onDecision, warn, clock, outside }: Playing,
): Promise<Omit<ReplayEnd, 'changed'> & { readonly summary: RunSummary }> {
  const recorded$ = new Subject<RecordedBatch>();
  const pipeline = createPipeline(recorded$, options, views, outside);
  const attached = attachSinks(sinks, recorded$, pipeline.figures$, warn);
  const decisions: Decision[] = [];
  let failure: { readonly error: unknown } | undefined;
  pipeline.decisions$.subscribe({
    next: (decision) => {
      decisions.push(decision);
      onDecision(decision);
    },
    error: (error: unknown) => {
      failure = { error };
    },
  });
  let events = 0;
  let finished: RunFinished | undefined;
  let damage: LogDamage | undefined;
  for (const batch of untilDamage(log.batches(), (found) => {
    damage = found;
  })) {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) continue;
    if (clock !== undefined) await reached(latestMs(batch), clock);
    recorded$.next({ firstSeq: first.seq, events: batch, texts: texts ? log.textsOf(first.seq) : [] });
    if (failure !== undefined) throw failure.error;
    events += batch.length;
    if (last.type === 'run.finished') finished = last;
  }
  const summary = pipeline.summary();
  for (const words of await attached.finish(summary)) warn(words);
  return { events, decisions, digest: pipeline.digest(), finished, damage, summary };
}

function createView(
  run: OpenRun,
  outline: RunOutline,
  options: ReplayOptions,
  { terminal, clock }: { readonly terminal: Terminal; readonly clock: Clock | undefined },
) {
  const screen = createScreen(options.output === 'text' ? terminal.output : terminal.errors, terminal.errors);
  const place = relative(process.cwd(), run.path);
  return createTerminalSink({
    screen,
    clock: clock ?? createRunClock(monotonicMs()),
    style: screen.style,
    levels: outline.levels,
    sweeps: outline.sweeps,
    places: () => [{ label: 'Log', place: place.startsWith('..') ? run.path : place }],
    progress: !options.quiet && clock !== undefined,
  });
}
