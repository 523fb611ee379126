import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createBenchmark } from '../actors/benchmark.ts';
import { createRecorder } from '../actors/recorder.ts';
import type { Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import { publicOptions } from '../config/publicOptions.ts';
import { type Clock, createRunClock, monotonicMs, wallClock } from '../core/clock.ts';
import type { Decision } from '../criteria/criterion.ts';
import { createPipeline, type Pipeline } from '../criteria/pipeline.ts';
import type { EventLog } from '../events/eventLog.ts';
import { type LevelPrepared, mainWorker } from '../events/events.ts';
import type { BenchmarkOutput } from '../machines/benchmarkMachine.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { attachSinks } from '../sinks/attachSinks.ts';
import { createLmdbLog } from '../sinks/lmdbLog.ts';
import type { Sink } from '../sinks/sink.ts';
import { contextWarnings } from './contextWarnings.ts';
import { describeWriter } from './machineFacts.ts';
import type { RunPlan } from './runPlan.ts';
import { shownOptions } from './shownOptions.ts';
import { workerSetup } from './workerSetup.ts';

/** What is known of a run before it begins. */
export interface RunIdentity {
  readonly id: string;
  readonly folder: string;
  readonly startedAt: Date;
  /** Counts from the run's start. */
  readonly clock: Clock;
}

/** How a run ended. */
export interface RunEnd {
  readonly output: BenchmarkOutput;
  readonly summary: RunSummary;
  /** What criteria decided, in order. */
  readonly decisions: readonly Decision[];
}

/** What the end of a run comes to. */
export interface Verdict {
  readonly exitCode: number;
  readonly reason?: string;
}

/** The end of a run, with what it comes to. */
export interface JudgedEnd extends RunEnd {
  readonly verdict: Verdict;
  readonly sinkFailures: readonly string[];
}

export interface LiveRunSettings {
  readonly plan: RunPlan;
  readonly sinks: readonly Sink[];
  /** Stands between the recorder and the log. */
  readonly watchLog: (log: EventLog) => EventLog;
  readonly onService: (service: Service) => void;
  /** Takes words on how the start of a server goes. */
  readonly onServiceWords: (words: string) => void;
  /** Judges the run once its figures are known; the verdict goes into the log. */
  readonly judge: (end: RunEnd) => Verdict;
}

/** A run that goes on. */
export interface LiveRun {
  /** Ends the running level in order, and the run after it. */
  interrupt(): void;
  /** Cuts off what is open. */
  abort(): void;
  /** Ends a level in order, if it is the one that runs; the run goes on with the next. */
  endLevel(level: Pick<LevelPrepared, 'level' | 'sweep'>): void;
  readonly ended: Promise<JudgedEnd>;
}

/** Names a run, after the wall clock to the millisecond: names in order are runs in order. */
export function identifyRun(resultDir: string): RunIdentity {
  const startedAt = wallClock();
  const [day, time, milliseconds] = startedAt.toISOString().replace(/[-:Z]/g, '').split(/[T.]/);
  const id = `${day}-${time}-${milliseconds}${randomBytes(1).toString('hex')}`;
  return { id, folder: join(resultDir, 'runs', id), startedAt, clock: createRunClock(monotonicMs()) };
}

/**
 * Starts a run: its log, the pipeline behind it, the machines before it.
 * @throws SpeedometerError `logUnwritable` where the run's folder cannot be made
 */
export function startLiveRun(run: RunIdentity, settings: LiveRunSettings): LiveRun {
  const { plan, judge } = settings;
  const { clock } = run;
  const [first] = plan.sweeps;
  const { options } = first;
  const at = () => ({ worker: mainWorker, atMs: clock.nowMs() });
  const log = settings.watchLog(createLmdbLog(join(run.folder, 'log.mdb')));
  const recorder = createRecorder(log);
  const pipeline = createPipeline(recorder.recorded$, options, {}, plan.outsideCriteria);
  const warn = (message: string) => recorder.emit({ type: 'run.warned', ...at(), message });
  const sinks = attachSinks(settings.sinks, recorder.recorded$, pipeline.figures$, warn);
  const decisions: Decision[] = [];
  const summaries = gatherSummaries(pipeline);

  const benchmark = createBenchmark({
    clock,
    recorder,
    steps: [...plan.levels],
    planMore: (endedSweeps) => plan.planMore(summaries, endedSweeps),
    workers: plan.workers,
    threads: options.use_threading,
    setupOf: (sweep) => workerSetup(plan.sweeps[sweep] ?? first),
    promptsOf: (sweep) => {
      const { options: ofSweep, prompts } = plan.sweeps[sweep] ?? first;
      return { ...prompts.means, streaming: ofSweep.streaming };
    },
    earlierOf: ({ level }) => plan.levels[level]?.earlier ?? { fromRun: '', fromLevel: 0, summary: null },
    folder: run.folder,
    onService: (service, asked) => {
      for (const message of warningsOf(service, asked, plan)) warn(message);
      settings.onService(service);
    },
    onServiceWords: settings.onServiceWords,
    serverMetrics: options,
  });
  pipeline.decisions$.subscribe({
    next: (decision) => {
      decisions.push(decision);
      recorder.emit({ type: 'criterion.met', worker: mainWorker, ...decision });
      benchmark.actor.send({ ...decision, type: 'criterionMet', cutsOff: options.stop_mode === 'abort' });
    },
    // The log is lost: nothing that is measured from now on would be kept.
    error: () => benchmark.actor.send({ type: 'abort' }),
  });

  recorder.emit({
    type: 'run.started',
    ...at(),
    ...describeWriter(),
    runId: run.id,
    startedAt: run.startedAt.toISOString(),
    api: options.api,
    model: options.model,
    tokenizer: first.tokenizer,
    options: publicOptions(options, plan.specs),
  });
  for (const message of plan.warnings) warn(message);
  for (const planned of plan.sweeps) {
    const { sweep, prompts } = planned;
    const { contents } = prompts;
    const files = Object.keys(contents).length === 0 ? {} : { contents };
    recorder.emit({ type: 'sweep.started', ...at(), sweep, options: shownOptions(planned, plan.specs), ...files });
    log.appendSource(sweep, prompts.source.text).catch(() => {}); // then events fail as well, and are heard
  }
  benchmark.actor.start();

  async function finish(): Promise<JudgedEnd> {
    let output = await benchmark.ended;
    try {
      await recorder.settled();
      const verdict = judge({ output, summary: pipeline.summary(), decisions });
      recorder.emit({ type: 'run.finished', ...at(), ...verdict, digest: pipeline.digest() });
      await recorder.settled();
    } catch (error) {
      output = { type: 'failed', error };
    }
    recorder.finish();
    try {
      await log.close();
    } catch (error) {
      if (output.error === undefined) output = { type: 'failed', error };
    }
    const summary = pipeline.summary();
    const sinkFailures = await sinks.finish(summary);
    const end = { output, summary, decisions };
    return { ...end, sinkFailures, verdict: judge(end) };
  }

  return { ...controlOf(benchmark), ended: finish() };
}

function controlOf({ actor }: ReturnType<typeof createBenchmark>): Omit<LiveRun, 'ended'> {
  return {
    interrupt: () => actor.send({ type: 'interrupt' }),
    abort: () => actor.send({ type: 'abort' }),
    endLevel: ({ level, sweep }) =>
      actor.send({ type: 'criterionMet', action: 'endLevel', level, sweep, message: 'ended by hand' }),
  };
}

/** What a client says of its service, and what follows for the sweeps that it is for. */
function warningsOf(
  { warnings = [], facts }: Service,
  { url, model }: Pick<ClientSettings, 'url' | 'model'>,
  { sweeps, levels }: RunPlan,
): readonly string[] {
  const served = sweeps.filter(({ options }) => options.url === url && options.model === model);
  return [...warnings, ...contextWarnings(facts, served, levels)];
}

/** The levels that are over, as they come. */
function gatherSummaries({ figures$ }: Pipeline): readonly LevelSummary[] {
  const summaries: LevelSummary[] = [];
  figures$.subscribe({
    next: (figures) => {
      if (figures.type === 'level.summarized') summaries.push(figures.summary);
    },
    error: () => {}, // whoever hears the decisions ends the run
  });
  return summaries;
}
