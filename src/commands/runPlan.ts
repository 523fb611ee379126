import { availableParallelism } from 'node:os';
import { numbersTaken } from '../actors/clientCrew.ts';
import { demandsOf } from '../clients/apiOptions.ts';
import { clientName, tryClient } from '../clients/clientModule.ts';
import { loadAdapter } from '../clients/registry.ts';
import type { OptionSpec } from '../config/optionSpec.ts';
import { optionsDigest } from '../config/optionsDigest.ts';
import type { RunInvocation } from '../config/resolveRuns.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { createRunClock } from '../core/clock.ts';
import { freshSeed } from '../core/random.ts';
import type { PlannedStep } from '../machines/benchmarkMachine.ts';
import { createResultFiles, type ResultFile } from '../sinks/resultFiles.ts';
import { plannedRequests } from '../workload/loadOptions.ts';
import { createPromptPreparer, type PreparedPrompts } from '../workload/preparePrompts.ts';
import { resolveTokenizer } from '../workload/resolveTokenizer.ts';
import { clientSettings } from './clientSettings.ts';
import { type EarlierLevel, earlierLevels } from './earlierLevel.ts';

/** One combination of options with its prompts. */
export interface SweepPlan {
  readonly sweep: number;
  readonly options: RunOptions;
  readonly seed: number;
  /** The seed that the sweep's figures come from; undefined where a fresh one is drawn for nothing: all levels are skipped. */
  readonly usedSeed: number | undefined;
  readonly digest: string;
  readonly tokenizer: string;
  readonly prompts: PreparedPrompts;
  /** Request numbers up to here belong to this sweep or an earlier one. */
  readonly requestsEnd: number;
}

/** A level with the file that its result goes to. */
export interface LevelPlan extends PlannedStep {
  readonly result: ResultFile;
  /** The level as an earlier run measured it, where it is skipped. */
  readonly earlier?: EarlierLevel;
}

/** All that a run will do, before it does anything. */
export interface RunPlan {
  readonly sweeps: readonly [SweepPlan, ...SweepPlan[]];
  readonly levels: readonly LevelPlan[];
  /** Workers that the largest level needs. */
  readonly workers: number;
  readonly warnings: readonly string[];
  /** All options that there are, those of clients from outside among them. */
  readonly specs: readonly OptionSpec[];
}

const clientsPerWorker = 128;

/**
 * Plans a run: tokenizers, prompts, levels, result files.
 * @throws SpeedometerError `usage` where a client refuses its settings or prompts cannot be made
 */
export async function planRun({ combinations, warnings, specs }: RunInvocation): Promise<RunPlan> {
  const fresh = freshSeed(); // one for all sweeps: they differ in what was asked to differ
  const seeds = combinations.map(({ prompt_generator_seed }) => prompt_generator_seed ?? fresh);
  for (const [sweep, options] of combinations.entries()) {
    const settings = clientSettings(options, seeds[sweep] ?? 0);
    tryClient(options.api, await loadAdapter(settings.api), settings, createRunClock(0));
  }
  const files = createResultFiles(combinations[0].result_dir);
  const findEarlier = earlierLevels(combinations[0].result_dir);
  const planSweep = createSweepPlanner(specs);
  const sweeps: SweepPlan[] = [];
  const levels: LevelPlan[] = [];
  const allWarnings = new Set(warnings);
  const workers = workersFor(combinations);
  let nextRequest = 0;

  for (const [sweep, options] of combinations.entries()) {
    const firstLevel = levels.length;
    const planned = await planSweep(options, sweep, seeds[sweep] ?? 0);
    const { digest } = planned;
    for (const clients of options.num_clients) {
      const level = { level: levels.length, sweep, clients, firstRequest: nextRequest };
      const size = { clients, planned: plannedRequests(options, clients), warmups: options.warmup_requests };
      const result = files.claim({ ...identityOf(options), clients, digest });
      const earlier = options.force ? undefined : await findEarlier(result.existing);
      levels.push({
        ...level,
        ...size,
        load: { kind: 'clients', value: clients },
        workers: Math.min(workers, clients),
        skip: earlier !== undefined,
        result,
        ...(earlier === undefined ? {} : { earlier }),
      });
      nextRequest += numbersTaken(size);
    }
    const isRun = levels.slice(firstLevel).some(({ skip }) => !skip);
    const usedSeed = isRun ? planned.seed : options.prompt_generator_seed;
    sweeps.push({ ...planned, usedSeed, requestsEnd: nextRequest });
    for (const warning of planned.warnings) allWarnings.add(warning);
  }
  return { sweeps: sweeps as [SweepPlan, ...SweepPlan[]], levels, workers, warnings: [...allWarnings], specs };
}

/** Plans sweeps, each from its options; what several have in common is made once. */
function createSweepPlanner(specs: readonly OptionSpec[]) {
  const prepare = createPromptPreparer();
  const tokenizers = new Map<string, ReturnType<typeof resolveTokenizer>>();

  return async (options: RunOptions, sweep: number, seed: number) => {
    const { api, tokenizer: name } = options;
    const model = options.model === demandsOf(api).model ? undefined : options.model;
    const key = JSON.stringify([api, name, model]);
    const resolving = tokenizers.get(key) ?? resolveTokenizer({ api, tokenizer: name, model });
    tokenizers.set(key, resolving);
    const { tokenizer, warning } = await resolving;
    const prompts = prepare(options, tokenizer, seed);
    const warnings = [...(warning === undefined ? [] : [warning]), ...prompts.warnings];
    const digest = optionsDigest(options, prompts.source.text, specs);
    return { sweep, options, seed, digest, tokenizer: tokenizer.name, prompts, warnings };
  };
}

function identityOf({ api, model, prompt_length, max_new_tokens }: RunOptions) {
  return { api: clientName(api), model, promptLength: prompt_length, maxNewTokens: max_new_tokens };
}

function workersFor(combinations: RunInvocation['combinations']): number {
  const mostClients = Math.max(...combinations.flatMap(({ num_clients }) => num_clients));
  const wanted = Math.min(availableParallelism() - 1, Math.ceil(mostClients / clientsPerWorker));
  return Math.min(mostClients, combinations[0].workers ?? Math.max(1, wanted));
}
