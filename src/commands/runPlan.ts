import { availableParallelism } from 'node:os';
import { numbersTaken } from '../actors/clientCrew.ts';
import { openaiTarget } from '../clients/openai.ts';
import { optionsDigest } from '../config/optionsDigest.ts';
import type { RunInvocation } from '../config/resolveRuns.ts';
import { type RunOptions, simulatedModel } from '../config/runOptions.ts';
import { freshSeed } from '../core/random.ts';
import type { PlannedStep } from '../machines/benchmarkMachine.ts';
import { createResultFiles, type ResultFile } from '../sinks/resultFiles.ts';
import { plannedRequests } from '../workload/loadOptions.ts';
import { type PreparedPrompts, preparePrompts } from '../workload/preparePrompts.ts';
import { resolveTokenizer } from '../workload/resolveTokenizer.ts';
import { type EarlierLevel, earlierLevels } from './earlierLevel.ts';

/** One combination of options with its prompts. */
export interface SweepPlan {
  readonly sweep: number;
  readonly options: RunOptions;
  readonly seed: number;
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
}

const clientsPerWorker = 128;

/**
 * Plans a run: tokenizers, prompts, levels, result files.
 * @throws SpeedometerError `usage` where the URL is none or prompts cannot be made
 */
export async function planRun({ combinations, warnings }: RunInvocation): Promise<RunPlan> {
  for (const { api, url, endpoint } of combinations)
    if (api === 'openai' && url !== undefined) openaiTarget(url, endpoint);
  const files = createResultFiles(combinations[0].result_dir);
  const findEarlier = earlierLevels(combinations[0].result_dir);
  const sweeps: SweepPlan[] = [];
  const levels: LevelPlan[] = [];
  const allWarnings = new Set(warnings);
  const workers = workersFor(combinations);
  let nextRequest = 0;

  for (const [sweep, options] of combinations.entries()) {
    const planned = await planSweep(options, sweep);
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
    sweeps.push({ ...planned, requestsEnd: nextRequest });
    for (const warning of planned.warnings) allWarnings.add(warning);
  }
  return { sweeps: sweeps as [SweepPlan, ...SweepPlan[]], levels, workers, warnings: [...allWarnings] };
}

async function planSweep(options: RunOptions, sweep: number) {
  const { tokenizer, warning } = await resolveTokenizer({
    api: options.api,
    tokenizer: options.tokenizer,
    model: options.model === simulatedModel ? undefined : options.model,
  });
  const seed = options.prompt_generator_seed ?? freshSeed();
  const prompts = preparePrompts(options, tokenizer, seed);
  const warnings = [...(warning === undefined ? [] : [warning]), ...prompts.warnings];
  const digest = optionsDigest(options, prompts.source.text);
  return { sweep, options, seed, digest, tokenizer: tokenizer.name, prompts, warnings };
}

function identityOf({ api, model, prompt_length, max_new_tokens }: RunOptions) {
  return { api, model, promptLength: prompt_length, maxNewTokens: max_new_tokens };
}

function workersFor(combinations: RunInvocation['combinations']): number {
  const mostClients = Math.max(...combinations.flatMap(({ num_clients }) => num_clients));
  const wanted = Math.min(availableParallelism() - 1, Math.ceil(mostClients / clientsPerWorker));
  return Math.min(mostClients, combinations[0].workers ?? Math.max(1, wanted));
}
