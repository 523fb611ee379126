import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { RunInvocation } from '../config/resolveRuns.ts';
import { exitCodes } from '../core/errors.ts';
import type { LevelPrepared } from '../events/events.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { createJsonResults } from '../sinks/jsonResults.ts';
import { renderPlan } from './dryRun.ts';
import { judgeRun } from './judgeRun.ts';
import { identifyRun, type RunIdentity, startLiveRun } from './liveRun.ts';
import { renderHead, renderService } from './runHead.ts';
import { startListeners } from './runListeners.ts';
import { planRun, type RunPlan } from './runPlan.ts';
import { keepSummary, resultSettings, throwWhatStopped } from './runResults.ts';
import { createRunView, type RunView } from './runView.ts';
import { shownOptions } from './shownOptions.ts';
import { onSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

// V8 lets a heap become several times as large as what lives in it before it collects all of it; in a process that only takes what
// workers send, memory would be mostly what is over. It costs a few collections more, away from the timing path.
const heapGrowingPercent = 40;

/** `deepspeedometer run`: measures, and leaves a log, a summary and result files. @returns the exit code */
export async function run(invocation: RunInvocation, terminal: Terminal): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  const plan = await planRun(invocation);
  const [{ options }] = plan.sweeps;
  if (options.dry_run) {
    terminal.writeOut(renderPlan(plan, options.output));
    return exitCodes.done;
  }

  const identity = identifyRun(options.result_dir);
  const listeners = await startListeners(options, {
    runId: identity.id,
    folder: identity.folder,
    clock: identity.clock,
  });
  const view = createView(plan, identity, terminal, {
    drain: () => {
      live.interrupt();
      view.say('Ending: open requests are answered first.');
    },
    endLevel: (level) => live.endLevel(level),
  });
  let signalCode = 0;
  for (const line of [...renderHead(plan), ...listeners.words]) view.say(line);
  // Before the first process is started, so that no moment is left in which a signal leaves one behind.
  const stopListening = onSignals((exitCode, count) => {
    signalCode ||= exitCode;
    if (count === 1) live.interrupt();
    else live.abort();
    view.say(count === 1 ? 'Ending: open requests are answered first. Once more cuts them off.' : 'Cutting off.');
  });
  const live = startLiveRun(identity, {
    plan,
    sinks: [...view.sinks, createJsonResults(resultSettings(plan, identity.id)), ...listeners.sinks],
    onService: (service) => {
      for (const line of renderService(service, invocation)) view.say(line);
    },
    watchLog: listeners.watchLog,
    onServiceWords: (words) => view.tell(words),
    judge: (end) => judgeRun(end, signalCode, plan.sweeps[0]),
  });
  const end = await live.ended.finally(() => {
    view.close();
    stopListening();
  });
  for (const words of end.sinkFailures) terminal.writeError(`warning  ${words}\n`);
  if (options.output === 'json') terminal.writeOut(`${JSON.stringify(end.summary)}\n`);
  const lost = keepSummary(identity, end.summary);
  throwWhatStopped(end, plan);
  if (lost !== undefined) throw lost;
  return end.verdict.exitCode;
}

/** What a person at the terminal can do to a run. */
interface RunControl {
  readonly drain: () => void;
  readonly endLevel: (level: LevelPrepared) => void;
}

function createView(
  plan: RunPlan,
  { clock, folder }: RunIdentity,
  terminal: Terminal,
  { drain, endLevel }: RunControl,
): RunView {
  const [{ options }] = plan.sweeps;
  const isForPrograms = options.output === 'json' || options.ui === 'json';
  return createRunView({
    ui: options.ui,
    quiet: options.quiet,
    terminal,
    output: isForPrograms ? terminal.errors : terminal.output,
    options,
    clock,
    levels: plan.isSearching ? undefined : plan.levels.length,
    sweeps: plan.sweeps.map((sweep) => ({ options: shownOptions(sweep, plan.specs) })),
    places: ({ levels }) => [
      ...resultFolders(plan, levels).map((place) => ({ label: 'Results', place: `${shortest(place)}/` })),
      { label: 'Log', place: `${shortest(folder)}/` },
    ],
    keys: (view) => [
      { key: 'q', name: 'end', does: 'answers what is open, then ends the run and reports', press: drain },
      {
        key: 'n',
        name: 'next level',
        does: 'ends this level, and goes on with the next',
        press() {
          const { level } = view();
          if (level !== undefined && level.endMs === undefined) endLevel(level.prepared);
        },
      },
    ],
  });
}

/** The folders in which there is a result of this run, or the earlier one of a level that it skipped. */
function resultFolders(plan: RunPlan, levels: RunSummary['levels']): readonly string[] {
  const kept = levels.filter(({ status }) => status === 'completed' || status === 'skipped');
  const paths = kept.flatMap(({ level }) => plan.levels[level]?.result.path ?? []);
  return [...new Set(paths.filter((path) => existsSync(path)).map((path) => dirname(path)))];
}

function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && !fromHere.startsWith('..') ? fromHere : path;
}
