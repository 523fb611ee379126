import { availableParallelism } from 'node:os';
import { numbersTaken } from '../actors/clientCrew.ts';
import type { Adapter } from '../clients/adapter.ts';
import { demandsOf } from '../clients/apiOptions.ts';
import { clientName, tryClient } from '../clients/clientModule.ts';
import { loadAdapter } from '../clients/registry.ts';
import { keepOptionSecrets } from '../config/optionSecrets.ts';
import type { OptionSpec } from '../config/optionSpec.ts';
import { optionsDigest } from '../config/optionsDigest.ts';
import type { RunInvocation } from '../config/resolveRuns.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { createRunClock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import { freshSeed } from '../core/random.ts';
import { nextLoad } from '../criteria/nextLoad.ts';
import type { OutsideCriteria } from '../criteria/stopCriteria.ts';
import type { Load } from '../events/events.ts';
import type { PlannedStep } from '../machines/benchmarkMachine.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import { nextRateOf } from '../metrics/rateSearch.ts';
import { createResultFiles, type ResultFile } from '../sinks/resultFiles.ts';
import { countArrivals } from '../workload/arrivals.ts';
import { numbersSpanned } from '../workload/conversations.ts';
import { expectedHitRatio } from '../workload/expectedHits.ts';
import { mostClientsOf, plannedRequests } from '../workload/loadOptions.ts';
import { openLoopAt, rampOf } from '../workload/openLoopOptions.ts';
import { choosesLoads, plannedLoads } from '../workload/plannedLoads.ts';
import { createPromptPreparer, type PreparedPrompts } from '../workload/preparePrompts.ts';
import { resolveTokenizer } from '../workload/resolveTokenizer.ts';
import type { Trace } from '../workload/traceFile.ts';
import { traceLoad } from '../workload/traceOptions.ts';
import { clientSettings } from './clientSettings.ts';
import { type EarlierLevel, earlierLevels } from './earlierLevel.ts';
import { prepareCriteria } from './prepareCriteria.ts';
import { recurrenceWarnings } from './recurrenceWarnings.ts';
import { refuseConversations } from './refuseConversations.ts';
import { repeatedSweeps } from './repeatedSweeps.ts';

/** One combination of options with its prompts. */
export interface SweepPlan {
  readonly sweep: number;
  readonly options: RunOptions;
  readonly adapter: Adapter;
  readonly seed: number;
  /** The seed that the sweep's figures come from; undefined where a fresh one is drawn for nothing: all levels are skipped. */
  readonly usedSeed: number | undefined;
  /** Which repeat of its options it is, from 1; absent where they are not repeated. */
  readonly repeat?: number;
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
  /** Those that are known beforehand, then those that {@link planMore} added. */
  readonly levels: readonly LevelPlan[];
  /** Whether loads are chosen while the run goes on. */
  readonly isSearching: boolean;
  /**
   * Plans the next level of the first sweep that searches and is not ended.
   * @param measured all levels until now
   * @returns none where every sweep is done
   */
  planMore(measured: readonly LevelSummary[], endedSweeps: readonly number[]): Promise<readonly LevelPlan[]>;
  /** Workers that the largest level needs. */
  readonly workers: number;
  readonly warnings: readonly string[];
  /** Stop criteria out of modules. */
  readonly outsideCriteria: OutsideCriteria;
  /** All options that there are, those of clients from outside among them. */
  readonly specs: readonly OptionSpec[];
}

const clientsPerWorker = 128;
const ratePerWorker = 500;
/** A trace comes in bursts, of which nothing is known before it is read. */
const mostForTraces = 4;

/**
 * Plans a run: tokenizers, prompts, levels, result files.
 * @throws SpeedometerError `usage` where a client refuses its settings, prompts cannot be made, or a stop rule cannot be read
 */
export async function planRun({ combinations: asked, warnings, specs }: RunInvocation): Promise<RunPlan> {
  for (const options of asked) keepOptionSecrets(options, specs);
  // One fresh seed for all sweeps: they differ in what was asked to differ.
  const combinations = repeatedSweeps(asked, freshSeed());
  const [{ options: ofRun }] = combinations;
  const outsideCriteria = await prepareCriteria(ofRun);
  const adapters: Adapter[] = [];
  for (const { options, seed } of combinations) {
    const settings = clientSettings(options, seed);
    const adapter = await loadAdapter(settings.api);
    tryClient(options.api, adapter, settings, createRunClock(0));
    adapters.push(adapter);
  }
  const files = createResultFiles(ofRun.result_dir);
  const findEarlier = earlierLevels(ofRun.result_dir);
  const planSweep = createSweepPlanner(specs);
  const sweeps: SweepPlan[] = [];
  const levels: LevelPlan[] = [];
  const allWarnings = new Set(warnings);
  const workers = workersFor(asked);
  let nextRequest = 0;
  let searchedRequests = 0;

  for (const [sweep, { options, seed, repeat }] of combinations.entries()) {
    const firstLevel = levels.length;
    const planned = {
      ...(await planSweep(options, sweep, seed, adapters[sweep] as Adapter)),
      ...(repeat === undefined ? {} : { repeat }),
    };
    const isSearch = choosesLoads(options);
    for (const load of plannedLoads(options, seed)) await planLevel(planned, load);
    const isRun = isSearch || levels.slice(firstLevel).some(({ skip }) => !skip);
    const usedSeed = isRun ? planned.seed : options.prompt_generator_seed;
    if (options.search_rate) refuseDrawn(planned.prompts);
    else if (isSearch) searchedRequests += mostNumbersTaken(options, !planned.prompts.source.exact);
    sweeps.push({ ...planned, usedSeed, requestsEnd: nextRequest });
    for (const warning of planned.warnings) allWarnings.add(warning);
  }
  const searching = sweeps.filter(({ options }) => choosesLoads(options));
  // Levels of a search are numbered as they come, behind all others.
  const searchEnd = nextRequest + searchedRequests;
  return {
    sweeps: sweeps.map((sweep) =>
      searching.includes(sweep) ? { ...sweep, requestsEnd: searchEnd } : sweep,
    ) as unknown as [SweepPlan, ...SweepPlan[]],
    levels,
    isSearching: searching.length > 0,
    async planMore(measured, endedSweeps) {
      const open = searching.find(({ sweep }) => !endedSweeps.includes(sweep));
      if (open === undefined) return [];
      const next = nextOf(open, measured);
      return next === undefined ? [] : [await planLevel(open, next)];
    },
    workers,
    warnings: [...allWarnings, ...recurrenceWarnings(sweeps, levels)],
    outsideCriteria,
    specs,
  };

  async function planLevel(
    { options, sweep, digest, seed, prompts, repeat }: Omit<SweepPlan, 'usedSeed' | 'requestsEnd'>,
    load: Load,
  ): Promise<LevelPlan> {
    const isDrawn = !prompts.source.exact;
    const { trace } = prompts.tables;
    const { conversations } = prompts.deck;
    // A trace's request n is its row n mod rows.
    if (trace !== undefined) nextRequest = Math.ceil(nextRequest / trace.atMs.length) * trace.atMs.length;
    if (conversations !== undefined) nextRequest = conversations.startOf(conversations.notBefore(nextRequest));
    const size = sizeOf(options, load, { seed, firstRequest: nextRequest, workers, isDrawn, trace });
    const result = files.claim({ ...identityOf(options), ...prompts.means, load, digest, repeat });
    const earlier = options.force || options.search_rate ? undefined : await findEarlier(result.existing);
    const requests = { firstRequest: nextRequest, planned: size.planned, clients: size.clients };
    const spanned = numbersSpanned(requests, conversations);
    const expectedPrefixHitRatio = expectedHitRatio(prompts.deck, requests);
    const level: LevelPlan = {
      level: levels.length,
      sweep,
      firstRequest: nextRequest,
      ...size,
      ...(conversations === undefined ? {} : { spanned }),
      load,
      workers: Math.min(workers, size.clients),
      skip: earlier !== undefined,
      result,
      ...(earlier === undefined ? {} : { earlier }),
      ...(expectedPrefixHitRatio === undefined ? {} : { expectedPrefixHitRatio }),
    };
    levels.push(level);
    nextRequest += numbersTaken({ ...size, spanned });
    return level;
  }
}

/** The next load of a sweep that searches; `undefined` where it has found what it looked for. */
function nextOf({ sweep, options }: SweepPlan, measured: readonly LevelSummary[]): Load | undefined {
  if (options.search_rate) {
    const next = nextRateOf(measured, sweep);
    return next?.kind === 'run' ? { kind: 'ratePerSec', value: next.ratePerSec } : undefined;
  }
  const ofSweep = measured.filter((level) => level.sweep === sweep);
  const next = nextLoad(ofSweep, options.max_clients);
  return next.kind === 'stop' ? undefined : { kind: 'clients', value: next.clients };
}

/** The loads of a sweep that are known beforehand. */
interface SizeSettings {
  readonly seed: number;
  readonly firstRequest: number;
  readonly workers: number;
  /** Whether requests are drawn before a run. */
  readonly isDrawn: boolean;
  readonly trace: Trace | undefined;
}

/** How many send how much: of an open loop, as many as arrive in its time. */
function sizeOf(
  options: RunOptions,
  load: Load,
  { seed, firstRequest, workers, isDrawn, trace }: SizeSettings,
): Pick<LevelPlan, 'clients' | 'planned' | 'warmups' | 'openLoop' | 'seconds'> {
  const warmups = options.warmup_requests;
  if (load.kind === 'clients') {
    const { level_seconds: seconds } = options;
    const planned = plannedRequests(options, load.value, isDrawn);
    return { clients: load.value, planned, warmups, ...(seconds === undefined ? {} : { seconds }) };
  }
  const openLoop =
    trace === undefined
      ? openLoopAt(options, load.value, seed)
      : traceLoad(trace, load.value, options.max_in_flight, seed);
  const planned = countArrivals(openLoop, firstRequest);
  return { clients: Math.min(workers, openLoop.maxInFlight), planned, warmups, openLoop };
}

/** Request numbers that a search can take at most: loads double, and half-steps lie between them. */
function mostNumbersTaken(options: RunOptions, isDrawn: boolean): number {
  let numbers = 0;
  for (let step = 1; step < 2 * options.max_clients; step *= 2) {
    for (const clients of [step, step * 1.5].map((load) => Math.min(load, options.max_clients))) {
      const size = { clients, planned: plannedRequests(options, clients, isDrawn), warmups: options.warmup_requests };
      numbers += numbersTaken(size);
    }
  }
  return Math.ceil(numbers);
}

/** Rates that are chosen on the way need prompts that are. */
function refuseDrawn({ source }: PreparedPrompts): void {
  if (source.exact) return;
  throw new SpeedometerError('usage', '--search_rate: prompts of this tokenizer must be drawn before a run', {
    hint: 'Give the rates (--request_rate), or another --tokenizer such as o200k_base.',
  });
}

/** Plans sweeps, each from its options; what several have in common is made once. */
function createSweepPlanner(specs: readonly OptionSpec[]) {
  const prepare = createPromptPreparer();
  const tokenizers = new Map<string, ReturnType<typeof resolveTokenizer>>();

  return async (options: RunOptions, sweep: number, seed: number, adapter: Adapter) => {
    const { api, tokenizer: name } = options;
    const model = options.model === demandsOf(api).model ? undefined : options.model;
    const key = JSON.stringify([api, name, model]);
    const resolving =
      tokenizers.get(key) ?? resolveTokenizer({ api, tokenizer: name, model, fallback: adapter.fallbackTokenizer });
    tokenizers.set(key, resolving);
    const { tokenizer, warning } = await resolving.catch(async (error: unknown) => {
      throw (await adapter.serverObstacle?.(clientSettings(options, seed))) ?? error;
    });
    const prompts = await prepare(options, tokenizer, seed);
    if (prompts.deck.conversations !== undefined) refuseConversations(options, adapter, clientSettings(options, seed));
    const warnings = [...(warning === undefined ? [] : [warning]), ...prompts.warnings];
    const digest = optionsDigest(options, { prompt_text_source: prompts.source.text, ...prompts.contents }, specs);
    return { sweep, options, adapter, seed, digest, tokenizer: tokenizer.name, prompts, warnings };
  };
}

function identityOf({ api, model }: RunOptions) {
  return { api: clientName(api), model };
}

function workersFor(combinations: RunInvocation['combinations']): number {
  const idle = availableParallelism() - 1;
  const [{ workers }] = combinations;
  return Math.max(
    ...combinations.map((options) => {
      // How many connections a rate takes depends on the server; how many requests a worker can send does not.
      const { request_rate: rates, trace } = options;
      if (trace !== undefined)
        return Math.min(options.max_in_flight, workers ?? Math.max(1, Math.min(idle, mostForTraces)));
      const most = rates === undefined ? mostClientsOf(options) : options.max_in_flight;
      const { toPerSec = 0, fromPerSec = 0 } = rampOf(options) ?? {};
      const shares =
        rates === undefined ? most / clientsPerWorker : Math.max(...rates, fromPerSec, toPerSec) / ratePerWorker;
      return Math.min(most, workers ?? Math.max(1, Math.min(idle, Math.ceil(shares))));
    }),
  );
}
