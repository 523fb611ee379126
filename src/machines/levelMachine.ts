import { assign, fromCallback, fromPromise, sendTo, setup } from 'xstate';
import type { Failure } from '../clients/client.ts';
import type { Load } from '../events/events.ts';
import type { OpenLoop } from '../events/openLoop.ts';

/** One load under one prompt configuration, as the plan has it. */
export interface PlannedLevel {
  readonly level: number;
  readonly sweep: number;
  readonly load: Load;
  /** Where requests arrive at a rate: how. */
  readonly openLoop?: OpenLoop;
  /** Parallel clients; in an open loop the sources that share its arrivals, one a worker. */
  readonly clients: number;
  readonly workers: number;
  /** Where its clients end after a fixed time: how long that is. */
  readonly seconds?: number;
  /** Measured requests; the most that there may be of a level that ends after a fixed time. */
  readonly planned: number;
  /** Numbers that its requests are spread over, where these are turns of conversations: some of them nobody sends. */
  readonly spanned?: number;
  /** As the event has it. */
  readonly expectedPrefixHitRatio?: number;
  /** Warm-up requests of each client; in an open loop, of each connection that is warmed up. */
  readonly warmups: number;
  /** The number of the level's first measured request; those of its warm-ups follow the last. */
  readonly firstRequest: number;
}

/** What the level asks of its crew of workers. */
export type CrewCommand = { type: 'warmUp' } | { type: 'start' } | { type: 'drain' } | { type: 'abort' };

/** What came of the warm-ups of one worker's clients. */
export interface WarmupTally {
  readonly tried: number;
  readonly failed: number;
  readonly lastFailure?: Failure;
}

/** What the crew reports: each of the first two once a worker. */
export type CrewReport =
  | ({ type: 'crew.warm' } & WarmupTally)
  /** `failure`: a client ended before its work was done, through an error of ours. */
  | { type: 'crew.stopped'; failure?: string }
  /** The server will not have us: 401, 403 or 404. */
  | { type: 'crew.refused'; failure: Failure }
  | { type: 'crew.lost'; worker: number; message: string };

export type LevelCommand =
  /** `isComplete`: it has measured what it was to measure. `cutsOff`: open requests are not waited for. */
  | { type: 'endLevel'; reason: string; isComplete?: boolean; cutsOff?: boolean }
  | { type: 'interrupt' }
  | { type: 'abort' }
  /** A server of ours ended by itself: nothing that is open will be answered. */
  | { type: 'serverDied'; reason: string };

export interface LevelInput {
  readonly plan: PlannedLevel;
  /** Nothing has been measured yet: a server that answers no warm-up at all ends the run. */
  readonly first: boolean;
}

export interface LevelContext extends LevelInput {
  readonly warm: WarmupTally;
  readonly workersWarm: number;
  readonly workersStopped: number;
  readonly status: 'completed' | 'stopped' | 'degraded' | 'interrupted' | 'failed';
  readonly reason?: string;
  /** Open requests are cut off as soon as the level drains. */
  readonly cutsOff?: boolean;
  readonly refusal?: Failure;
}

/** How a level ended. */
export type LevelOutput = Pick<LevelContext, 'status' | 'reason' | 'refusal'>;

/** What ends a level whose clients are there, early. */
const early = {
  endLevel: { actions: 'noteEnd', target: 'draining' },
  interrupt: { actions: 'noteInterrupt', target: 'draining' },
  'crew.refused': { actions: 'noteRefusal', target: 'draining' },
  'crew.lost': { actions: 'noteLoss', target: 'draining' },
} as const;

/**
 * One level: all clients warm up, a barrier, where the server is sampled while nothing is sent, then all are released at
 * once, and the level is over when the last has stopped.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> preparing
 *   preparing --> warmingUp: announced
 *   preparing --> settling: endLevel | interrupt | abort | serverDied
 *   warmingUp --> warm: every client is warm
 *   warm --> running: the server was sampled
 *   warm --> settling: every client has stopped
 *   warmingUp --> draining: refused, interrupted, or no warm-up of the first level succeeded
 *   warm --> draining: endLevel | interrupt | abort | serverDied
 *   running --> draining: endLevel | interrupt
 *   running --> settling: every client has stopped
 *   draining --> settling: every client has stopped
 *   settling --> done: the level's last event is recorded
 * ```
 */
export const levelMachine = setup({
  types: {
    context: {} as LevelContext,
    input: {} as LevelInput,
    output: {} as LevelOutput,
    events: {} as CrewReport | LevelCommand,
  },
  actors: {
    crew: fromCallback<CrewCommand, PlannedLevel>(() => {}),
    announceLevel: fromPromise<void, PlannedLevel>(async () => {}),
    sampleServer: fromPromise<void>(async () => {}),
    recordEnd: fromPromise<void, LevelContext>(async () => {}),
  },
  actions: {
    announceStart: (_, _params: { readonly plan: PlannedLevel }) => {},
    command: sendTo('crew', (_, params: { readonly type: CrewCommand['type'] }) => ({ type: params.type })),
    countWarm: assign(({ context, event }) => {
      if (event.type !== 'crew.warm') return {};
      const { tried, failed, lastFailure } = event;
      return {
        workersWarm: context.workersWarm + 1,
        warm: {
          tried: context.warm.tried + tried,
          failed: context.warm.failed + failed,
          ...(lastFailure === undefined ? {} : { lastFailure }),
        },
      };
    }),
    countStopped: assign(({ context, event }) => ({
      workersStopped: context.workersStopped + 1,
      ...(event.type === 'crew.stopped' && event.failure !== undefined && context.status === 'completed'
        ? { status: 'degraded' as const, reason: event.failure }
        : {}),
    })),
    noteRefusal: assign(({ event }) =>
      event.type === 'crew.refused' ? { status: 'failed' as const, refusal: event.failure } : {},
    ),
    noteDeadServer: assign(({ context }) => ({
      status: 'failed' as const,
      ...(context.warm.lastFailure === undefined ? {} : { refusal: context.warm.lastFailure }),
    })),
    noteServerDeath: assign(({ event }) =>
      event.type === 'serverDied' ? { status: 'failed' as const, reason: event.reason } : {},
    ),
    noteEnd: assign(({ event, context }) =>
      event.type === 'endLevel' && event.isComplete !== true && context.status !== 'failed'
        ? { status: 'stopped' as const, reason: event.reason, cutsOff: event.cutsOff === true }
        : {},
    ),
    noteInterrupt: assign({ status: 'interrupted' as const }),
    noteLoss: assign(({ event, context }) =>
      event.type === 'crew.lost'
        ? { status: 'degraded' as const, reason: event.message, workersStopped: context.workersStopped + 1 }
        : {},
    ),
  },
  guards: {
    everyWorkerWarm: ({ context }) => context.workersWarm >= context.plan.workers,
    everyWorkerStopped: ({ context }) => context.workersStopped >= context.plan.workers,
    noWarmupSucceeded: ({ context: { first, warm, workersWarm, plan } }) =>
      first && workersWarm >= plan.workers && warm.tried > 0 && warm.failed === warm.tried,
  },
  delays: { drainLimit: ({ context }) => (context.cutsOff === true ? 0 : 30_000) },
}).createMachine({
  id: 'level',
  context: ({ input }) => ({
    ...input,
    warm: { tried: 0, failed: 0 },
    workersWarm: 0,
    workersStopped: 0,
    status: 'completed',
  }),
  output: ({ context: { status, reason, refusal } }) => ({
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(refusal === undefined ? {} : { refusal }),
  }),
  invoke: { id: 'crew', src: 'crew', input: ({ context }) => context.plan },
  initial: 'preparing',
  on: {
    'crew.stopped': { actions: 'countStopped' },
    abort: { actions: ['noteInterrupt', { type: 'command', params: { type: 'abort' } }] },
    serverDied: { actions: ['noteServerDeath', { type: 'command', params: { type: 'abort' } }] },
  },
  states: {
    preparing: {
      invoke: { src: 'announceLevel', input: ({ context }) => context.plan, onDone: 'warmingUp' },
      on: {
        endLevel: { actions: 'noteEnd', target: 'settling' },
        interrupt: { actions: 'noteInterrupt', target: 'settling' },
        abort: { actions: 'noteInterrupt', target: 'settling' },
        serverDied: { actions: 'noteServerDeath', target: 'settling' },
      },
    },
    warmingUp: {
      entry: { type: 'command', params: { type: 'warmUp' } },
      always: [
        { guard: 'noWarmupSucceeded', actions: 'noteDeadServer', target: 'draining' },
        { guard: 'everyWorkerWarm', target: 'warm' },
      ],
      on: { ...early, 'crew.warm': { actions: 'countWarm' } },
    },
    warm: {
      invoke: { src: 'sampleServer', onDone: 'running' },
      always: { guard: 'everyWorkerStopped', target: 'settling' },
      on: {
        ...early,
        abort: { actions: 'noteInterrupt', target: 'draining' },
        serverDied: { actions: 'noteServerDeath', target: 'draining' },
      },
    },
    running: {
      entry: [
        { type: 'announceStart', params: ({ context }) => ({ plan: context.plan }) },
        { type: 'command', params: { type: 'start' } },
      ],
      always: { guard: 'everyWorkerStopped', target: 'settling' },
      on: early,
    },
    draining: {
      entry: { type: 'command', params: { type: 'drain' } },
      always: { guard: 'everyWorkerStopped', target: 'settling' },
      after: { drainLimit: { actions: { type: 'command', params: { type: 'abort' } } } },
      on: { interrupt: { actions: 'noteInterrupt' }, 'crew.lost': { actions: 'noteLoss' } },
    },
    settling: {
      invoke: { src: 'recordEnd', input: ({ context }) => context, onDone: 'done' },
    },
    done: { type: 'final' },
  },
});
