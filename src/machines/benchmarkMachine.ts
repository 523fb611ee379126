import { assign, fromPromise, sendTo, setup } from 'xstate';
import { messageOf } from '../core/errors.ts';
import type { CriterionAction } from '../events/events.ts';
import { type LevelInput, type LevelOutput, levelMachine, type PlannedLevel } from './levelMachine.ts';
import { type ServiceReport, serviceMachine } from './serviceMachine.ts';

/** A level of the plan; `skip` where an earlier run holds its result. */
export interface PlannedStep extends PlannedLevel {
  readonly skip: boolean;
}

export type BenchmarkCommand =
  | {
      type: 'criterionMet';
      action: CriterionAction;
      sweep: number;
      level: number;
      message: string;
      /** Open requests of a level that it stops are cut off. */
      cutsOff?: boolean;
    }
  | { type: 'interrupt' }
  | { type: 'abort' };

/** A sweep that a criterion ended: its levels of that load and above are not run. */
interface SweepEnd {
  readonly sweep: number;
  readonly fromLoad: number;
}

export interface BenchmarkContext {
  readonly steps: readonly PlannedStep[];
  readonly next: number;
  /** No further step will be added. */
  readonly isPlanned: boolean;
  /** The sweep that the service and the workers are set up for. */
  readonly readySweep: number | undefined;
  readonly sweepEnds: readonly SweepEnd[];
  readonly interrupted: boolean;
  readonly measured: boolean;
  readonly end: BenchmarkOutput;
}

/** How the run ended, before its figures are looked at. */
export interface BenchmarkOutput {
  readonly type: 'done' | 'failed' | 'interrupted';
  readonly error?: unknown;
  /** The server refused us or answered no warm-up. */
  readonly refusal?: LevelOutput['refusal'];
}

/**
 * The whole run: a service, sweeps of levels one after the other, and the service's end on every way out.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> choosing
 *   choosing --> startingService: the next level belongs to another sweep
 *   startingService --> preparingSweep: service.ready
 *   preparingSweep --> choosing: the workers have what they need
 *   choosing --> runningLevel: there is a next level
 *   choosing --> skippingLevel: its result exists
 *   runningLevel --> choosing: the level is done
 *   skippingLevel --> choosing
 *   choosing --> planning: no level is left of those that are planned
 *   planning --> choosing: there are more levels, or will be none
 *   choosing --> stoppingService: no level is left at all, or interrupted
 *   startingService --> stoppingService: service.failed
 *   stoppingService --> finished: service.stopped
 * ```
 */
export const benchmarkMachine = setup({
  types: {
    context: {} as BenchmarkContext,
    input: {} as { readonly steps: readonly PlannedStep[] },
    output: {} as BenchmarkOutput,
    events: {} as BenchmarkCommand | ServiceReport,
  },
  actors: {
    service: serviceMachine,
    level: levelMachine,
    prepareSweep: fromPromise<void, { readonly sweep: number }>(async () => {}),
    skipLevel: fromPromise<void, PlannedStep>(async () => {}),
    planMore: fromPromise<readonly PlannedStep[], { readonly endedSweeps: readonly number[] }>(async () => []),
  },
  actions: {
    advance: assign({ next: ({ context }) => context.next + 1 }),
    addSteps: assign(({ context }, params: { readonly steps: readonly PlannedStep[] }) => ({
      steps: [...context.steps, ...params.steps],
      isPlanned: params.steps.length === 0,
    })),
    noteSweepReady: assign({ readySweep: ({ context }) => nextStep(context)?.sweep }),
    noteSweepEnded: assign(({ context, event }) => {
      if (event.type !== 'criterionMet') return {};
      if (event.action === 'endLevel' || event.action === 'completeLevel') return {};
      return {
        sweepEnds: [...context.sweepEnds, ...sweepsEndedBy(event, context.steps)],
        isPlanned: context.isPlanned || event.action === 'endRun',
      };
    }),
    noteInterrupt: assign(({ context }) => ({
      interrupted: true,
      end: context.end.type === 'failed' ? context.end : { type: 'interrupted' as const },
    })),
    noteLevelEnd: assign((_, params: { readonly output: LevelOutput }) => ({
      measured: true,
      ...(params.output.refusal === undefined
        ? {}
        : { interrupted: true, end: { type: 'failed' as const, refusal: params.output.refusal } }),
    })),
    noteFailure: assign((_, params: { readonly error: unknown }) => ({
      interrupted: true,
      end: { type: 'failed' as const, error: params.error },
    })),
    startService: sendTo('service', ({ context }) => ({ type: 'start', sweep: nextStep(context)?.sweep ?? 0 })),
    stopService: sendTo('service', { type: 'stop' }),
    endLevel: sendTo('level', ({ event }) => ({
      type: 'endLevel',
      reason: event.type === 'criterionMet' ? event.message : '',
      isComplete: event.type === 'criterionMet' && event.action === 'completeLevel',
      cutsOff: event.type === 'criterionMet' && event.cutsOff === true,
    })),
    interruptLevel: sendTo('level', { type: 'interrupt' }),
    tellServerDied: sendTo('level', (_, params: { readonly error: unknown }) => ({
      type: 'serverDied',
      reason: messageOf(params.error).split('\n')[0] ?? '',
    })),
    abortLevel: sendTo('level', { type: 'abort' }),
  },
  guards: {
    interrupted: ({ context }) => context.interrupted,
    sweepEnded: ({ context }) => {
      const step = nextStep(context);
      return (
        step !== undefined &&
        context.sweepEnds.some(({ sweep, fromLoad }) => sweep === step.sweep && step.load.value >= fromLoad)
      );
    },
    noLevelLeft: ({ context }) => context.isPlanned && nextStep(context) === undefined,
    noneIsPlanned: ({ context }) => nextStep(context) === undefined,
    anotherSweep: ({ context }) => nextStep(context)?.sweep !== context.readySweep && nextStep(context)?.skip === false,
    nextIsSkipped: ({ context }) => nextStep(context)?.skip === true,
    concernsThisLevel: ({ context, event }) =>
      event.type === 'criterionMet' && event.level === nextStep(context)?.level,
  },
}).createMachine({
  id: 'benchmark',
  context: ({ input }) => ({
    steps: input.steps,
    next: 0,
    isPlanned: false,
    readySweep: undefined,
    sweepEnds: [],
    interrupted: false,
    measured: false,
    end: { type: 'done' },
  }),
  output: ({ context }) => context.end,
  invoke: { id: 'service', src: 'service' },
  initial: 'choosing',
  on: {
    criterionMet: { actions: 'noteSweepEnded' },
    interrupt: { actions: 'noteInterrupt' },
    abort: { actions: 'noteInterrupt' },
  },
  states: {
    choosing: {
      always: [
        { guard: 'interrupted', target: 'stoppingService' },
        { guard: 'noLevelLeft', target: 'stoppingService' },
        { guard: 'noneIsPlanned', target: 'planning' },
        { guard: 'sweepEnded', actions: 'advance', target: 'choosing', reenter: true },
        { guard: 'nextIsSkipped', target: 'skippingLevel' },
        { guard: 'anotherSweep', target: 'startingService' },
        { target: 'runningLevel' },
      ],
    },
    planning: {
      invoke: {
        src: 'planMore',
        input: ({ context }) => ({ endedSweeps: context.sweepEnds.map(({ sweep }) => sweep) }),
        onDone: {
          actions: { type: 'addSteps', params: ({ event }) => ({ steps: event.output }) },
          target: 'choosing',
        },
        onError: {
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
          target: 'stoppingService',
        },
      },
    },
    startingService: {
      entry: 'startService',
      on: {
        'service.ready': 'preparingSweep',
        'service.failed': {
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
          target: 'stoppingService',
        },
        interrupt: { actions: 'noteInterrupt', target: 'stoppingService' },
      },
    },
    preparingSweep: {
      invoke: {
        src: 'prepareSweep',
        input: ({ context }) => ({ sweep: nextStep(context)?.sweep ?? 0 }),
        onDone: { actions: 'noteSweepReady', target: 'choosing' },
        onError: {
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
          target: 'stoppingService',
        },
      },
    },
    runningLevel: {
      invoke: {
        id: 'level',
        src: 'level',
        input: ({ context }): LevelInput => ({ plan: nextStep(context) as PlannedStep, first: !context.measured }),
        onDone: {
          actions: [{ type: 'noteLevelEnd', params: ({ event }) => ({ output: event.output }) }, 'advance'],
          target: 'choosing',
        },
        onError: {
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
          target: 'stoppingService',
        },
      },
      on: {
        criterionMet: [
          { guard: 'concernsThisLevel', actions: ['noteSweepEnded', 'endLevel'] },
          { actions: 'noteSweepEnded' },
        ],
        interrupt: { actions: ['noteInterrupt', 'interruptLevel'] },
        abort: { actions: ['noteInterrupt', 'abortLevel'] },
        'service.failed': {
          actions: [
            { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
            { type: 'tellServerDied', params: ({ event }) => ({ error: event.error }) },
          ],
        },
      },
    },
    skippingLevel: {
      invoke: {
        src: 'skipLevel',
        input: ({ context }) => nextStep(context) as PlannedStep,
        onDone: { actions: 'advance', target: 'choosing' },
        onError: {
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
          target: 'stoppingService',
        },
      },
    },
    stoppingService: {
      entry: 'stopService',
      on: { 'service.stopped': 'finished' },
    },
    finished: { type: 'final' },
  },
});

function nextStep(context: BenchmarkContext): PlannedStep | undefined {
  return context.steps[context.next];
}

function sweepsEndedBy(
  { action, sweep, level }: Extract<BenchmarkCommand, { type: 'criterionMet' }>,
  steps: readonly PlannedStep[],
): readonly SweepEnd[] {
  if (action === 'endRun') return steps.map((step) => ({ sweep: step.sweep, fromLoad: Number.NEGATIVE_INFINITY }));
  const fromLoad = steps.find((step) => step.level === level)?.load.value ?? Number.NEGATIVE_INFINITY;
  return [{ sweep, fromLoad }];
}
