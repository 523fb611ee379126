import { judgeRun } from '../commands/judgeRun.ts';
import { identifyRun, type LiveRun, startLiveRun } from '../commands/liveRun.ts';
import { startListeners } from '../commands/runListeners.ts';
import { planRun } from '../commands/runPlan.ts';
import { keepSummary, resultSettings, throwWhatStopped } from '../commands/runResults.ts';
import { runSchemaFor } from '../commands/runSchema.ts';
import { resolveValues } from '../config/resolveRuns.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { exitCodes } from '../core/errors.ts';
import { createJsonResults } from '../sinks/jsonResults.ts';
import type { Sink } from '../sinks/sink.ts';
import type { RunReport } from './runReport.ts';
import { createStreamSink, type RunStreams } from './runStreams.ts';

/**
 * The options of `deepspeedometer run` under their names (docs/options.md). A list for an option that takes one value
 * makes a sweep for each of them, as in YAML. `own` has the options of a client from outside.
 */
export type RunInput = {
  readonly [Name in Exclude<keyof RunOptions, 'own' | 'config_file' | 'dry_run' | 'debug'>]?:
    | RunOptions[Name]
    | readonly RunOptions[Name][];
} & { readonly own?: Readonly<Record<string, unknown>> };

/** A run that goes on. */
export interface Run extends RunStreams {
  /**
   * Resolves once all is stopped and written. Rejects with a `SpeedometerError` where options are wrong (`usage`), nothing
   * could be measured (`serverUnreachable`), the log cannot be written or a part of the load generator was lost. Too many failed requests are a report
   * with an `exitCode`. It alone tells of an error: where nobody waits for it, Node ends the program, as with every promise.
   */
  readonly report: Promise<RunReport>;
  /** Lets open requests end, then reports; levels that were not run are missing from the report. */
  interrupt(): void;
  /** Cuts open requests off, then reports. */
  abort(): void;
}

/**
 * Measures, as the command does: the log, `summary.json` and the result files are written below `result_dir`. A level whose
 * result is there already is skipped unless `force`. Nothing is printed.
 *
 * @param sinks listen beside those that the options name
 * @example
 * const { windows$, report } = run({ api: 'openai', url: 'http://127.0.0.1:8000', model: 'my-model', num_clients: [1, 2, 4] });
 * windows$.subscribe(({ requestsPerSec }) => console.log(requestsPerSec));
 * const { summary } = await report;
 */
export function run(options: RunInput, sinks: readonly Sink[] = []): Run {
  const { sink, streams, complete } = createStreamSink();
  let live: LiveRun | undefined;
  let asked: 'interrupt' | 'abort' | undefined;
  const end = (how: 'interrupt' | 'abort') => {
    asked = how;
    live?.[how]();
  };

  async function measure(): Promise<RunReport> {
    const { own, ...values } = options;
    const apis = [options.api ?? []].flat().flatMap((api) => ['--api', api]);
    const schema = await runSchemaFor(apis);
    const plan = await planRun(resolveValues({ ...values, ...own }, schema));
    const [first] = plan.sweeps;
    const identity = identifyRun(first.options.result_dir);
    const listeners = await startListeners(first.options, {
      runId: identity.id,
      folder: identity.folder,
      clock: identity.clock,
    });
    const results = createJsonResults(resultSettings(plan, identity.id));
    let digest = '';
    const events = streams.events$.subscribe((event) => {
      if (event.type === 'run.finished') digest = event.digest;
    });
    live = startLiveRun(identity, {
      plan,
      sinks: [sink, results, ...listeners.sinks, ...sinks],
      onService: () => {},
      watchLog: listeners.watchLog,
      onServiceWords: () => {},
      judge: (ended) => judgeRun(ended, interruptedCode, first),
    });
    if (asked !== undefined) live[asked]();
    const ended = await live.ended;
    events.unsubscribe();
    const unkept = keepSummary(identity, ended.summary);
    const { exitCode } = ended.verdict;
    if (exitCode !== exitCodes.objectiveMissed) throwWhatStopped(ended, plan);
    if (unkept !== undefined) throw unkept;
    return { summary: ended.summary, folder: identity.folder, digest, ...ended.verdict };
  }

  const report = Promise.resolve().then(measure).finally(complete);
  return { ...streams, report, interrupt: () => end('interrupt'), abort: () => end('abort') };
}

/** As if by Ctrl-C. */
const interruptedCode = 130;
