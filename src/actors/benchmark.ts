import { type ActorRefFrom, createActor, fromPromise, toPromise } from 'xstate';
import type { Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import type { ServerMetricsOptions } from '../clients/serverMetricsOptions.ts';
import { type Clock, monotonicMs } from '../core/clock.ts';
import { type ArrivalPlan, type LevelPrepared, type LevelSkipped, mainWorker } from '../events/events.ts';
import type { OpenLoop } from '../events/openLoop.ts';
import { type BenchmarkOutput, benchmarkMachine, type PlannedStep } from '../machines/benchmarkMachine.ts';
import { type LevelContext, levelMachine, type PlannedLevel } from '../machines/levelMachine.ts';
import type { ThinkTime } from '../workload/thinkTime.ts';
import { levelCrew } from './levelCrew.ts';
import type { Recorder } from './recorder.ts';
import { createServerWatch } from './serverWatch.ts';
import { createServiceHost } from './serviceHost.ts';
import type { SweepSetup } from './workerMessages.ts';
import { startWorkerPool, type WorkerPool } from './workerPool.ts';

/** What one level asks for, beside its load. */
export type LevelPrompts = Pick<LevelPrepared, 'promptLength' | 'maxNewTokens' | 'streaming'>;

export interface BenchmarkSettings {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly steps: readonly PlannedStep[];
  /** Asked for more when these are done; the run is over when there are none. */
  readonly planMore: (endedSweeps: readonly number[]) => Promise<readonly PlannedStep[]>;
  readonly workers: number;
  readonly threads: boolean;
  readonly setupOf: (sweep: number) => Omit<SweepSetup, 'service'>;
  readonly promptsOf: (sweep: number) => LevelPrompts;
  /** An earlier run's result of a level that is skipped. */
  readonly earlierOf: (step: PlannedStep) => Pick<LevelSkipped, 'fromRun' | 'fromLevel' | 'summary'>;
  /** The run's folder. */
  readonly folder: string;
  /** @param settings what the service was started for */
  readonly onService: (service: Service, settings: ClientSettings) => void;
  /** Takes words on how the start of a server goes. */
  readonly onServiceWords: (words: string) => void;
  readonly serverMetrics: ServerMetricsOptions;
}

/** A run that goes on. */
export interface Benchmark {
  readonly actor: ActorRefFrom<typeof benchmarkMachine>;
  /** Resolves when all is stopped and recorded. */
  readonly ended: Promise<BenchmarkOutput>;
}

/** Fills the machines with their work; the run begins when its actor is started. */
export function createBenchmark(settings: BenchmarkSettings): Benchmark {
  const { clock, recorder, steps } = settings;
  const at = () => ({ worker: mainWorker, atMs: clock.nowMs() });
  const server = createServerWatch(settings.serverMetrics, clock, recorder);
  const service = createServiceHost({
    settingsOf: (sweep): ClientSettings => settings.setupOf(sweep).client,
    clock,
    folder: settings.folder,
    say: settings.onServiceWords,
    onReady: (started, client) => {
      settings.onService(started, client);
      server.watchService(started, client);
    },
  });
  let pool: WorkerPool | undefined;
  let starting: Promise<WorkerPool> | undefined;
  function startWorkers(): Promise<WorkerPool> {
    starting ??= startWorkerPool({
      size: settings.workers,
      threads: settings.threads,
      originMs: monotonicMs() - clock.nowMs(),
      onBatch: recorder.submit,
    });
    starting.catch(() => {}); // reported where it is awaited
    return starting;
  }
  // Workers load while the server starts.
  if (steps.some(({ skip }) => !skip)) void startWorkers();

  const level = levelMachine.provide({
    actors: {
      crew: levelCrew(() => pool, clock),
      announceLevel: fromPromise<void, PlannedLevel>(async ({ input: plan }) => {
        const flushFailure = await service.flushPrefixCache();
        if (flushFailure !== undefined) recorder.emit({ type: 'run.warned', ...at(), message: flushFailure });
        const prepared = preparedOf(plan, settings.setupOf(plan.sweep).think);
        recorder.emit({ type: 'level.prepared', ...at(), ...prepared, ...settings.promptsOf(plan.sweep) });
        await recorder.settled();
        await pool?.replaceLost();
        await server.levelPrepared(plan.level);
      }),
      sampleServer: fromPromise(() => server.levelWarm()),
      recordEnd: fromPromise<void, LevelContext>(async ({ input: { plan, status, reason, refusal } }) => {
        await server.levelEnded();
        const why = reason ?? refusal?.message ?? refusal?.reason;
        const end = why === undefined ? { status } : { status, reason: why };
        recorder.emit({ type: 'level.finished', ...at(), level: plan.level, ...end });
        await recorder.settled();
      }),
    },
    actions: {
      announceStart: (_, { plan }) => recorder.emit({ type: 'level.started', ...at(), level: plan.level }),
    },
  });

  const machine = benchmarkMachine.provide({
    actors: {
      service: service.machine,
      level,
      prepareSweep: fromPromise<void, { readonly sweep: number }>(async ({ input: { sweep } }) => {
        pool ??= await startWorkers();
        await pool.prepareSweep({ ...settings.setupOf(sweep), service: service.current() });
      }),
      planMore: fromPromise<readonly PlannedStep[], { readonly endedSweeps: readonly number[] }>(({ input }) =>
        settings.planMore(input.endedSweeps),
      ),
      skipLevel: fromPromise<void, PlannedStep>(async ({ input: step }) => {
        const earlier = settings.earlierOf(step);
        recorder.emit({ type: 'level.skipped', ...at(), level: step.level, sweep: step.sweep, ...earlier });
        await recorder.settled();
      }),
    },
  });

  const actor = createActor(machine, { input: { steps } });
  async function end(): Promise<BenchmarkOutput> {
    try {
      return await toPromise(actor);
    } catch (error) {
      return { type: 'failed', error };
    } finally {
      server.stop();
      const started = await starting?.catch(() => undefined);
      await started?.close();
    }
  }
  return { actor, ended: end() };
}

/** What the log is told of a level beside its prompts. */
function preparedOf(
  { level, sweep, load, clients, workers, planned, openLoop, seconds, expectedPrefixHitRatio }: PlannedLevel,
  think: ThinkTime | undefined,
) {
  return {
    ...{ level, sweep, load, clients, workers, planned },
    ...(seconds === undefined ? {} : { seconds }),
    ...(think === undefined ? {} : { thinkMs: think.meanMs }),
    ...(expectedPrefixHitRatio === undefined ? {} : { expectedPrefixHitRatio }),
    ...(openLoop === undefined ? {} : { openLoop: arrivalPlanOf(openLoop) }),
  };
}

function arrivalPlanOf({ process, seconds, fillingSeconds, maxInFlight, ramp }: OpenLoop): ArrivalPlan {
  return {
    process,
    seconds,
    ...(fillingSeconds === undefined ? {} : { fillingSeconds }),
    maxInFlight,
    ...(ramp === undefined ? {} : { ramp }),
  };
}
