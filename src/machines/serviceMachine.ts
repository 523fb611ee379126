import { assign, fromCallback, fromPromise, sendParent, setup } from 'xstate';

/** `sweep` tells which settings the server must have. */
export type ServiceCommand = { type: 'start'; sweep: number } | { type: 'stop' };

/** What the service reports to whoever invoked it. */
export type ServiceReport =
  | { type: 'service.ready' }
  | { type: 'service.failed'; error: unknown }
  | { type: 'service.stopped' };

/** The server ended by itself. */
export interface ServiceDeath {
  readonly type: 'died';
  readonly error: unknown;
}

/** What the service knows of itself. */
export interface ServiceContext {
  readonly sweep: number;
}

/**
 * The inference server, where it is ours to start; one that runs already is ready at once.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> stopped
 *   stopped --> starting: start
 *   starting --> ready: it answers
 *   starting --> failed: it does not
 *   ready --> starting: start (settings of another sweep)
 *   ready --> stopping: stop
 *   ready --> failed: it ended by itself
 *   failed --> stopping: stop
 *   stopping --> stopped
 * ```
 */
export const serviceMachine = setup({
  types: { context: {} as ServiceContext, events: {} as ServiceCommand | ServiceDeath },
  actors: {
    startService: fromPromise<void, { readonly sweep: number }>(async () => {}),
    stopService: fromPromise<void>(async () => {}),
    watchService: fromCallback(() => {}),
  },
  actions: {
    noteSweep: assign(({ event }) => (event.type === 'start' ? { sweep: event.sweep } : {})),
    reportReady: sendParent({ type: 'service.ready' } satisfies ServiceReport),
    reportFailed: sendParent((_, params: { readonly error: unknown }) => ({
      type: 'service.failed',
      error: params.error,
    })),
    reportStopped: sendParent({ type: 'service.stopped' } satisfies ServiceReport),
  },
}).createMachine({
  id: 'service',
  context: { sweep: 0 },
  initial: 'stopped',
  states: {
    stopped: {
      on: { start: { actions: 'noteSweep', target: 'starting' }, stop: { actions: 'reportStopped' } },
    },
    starting: {
      invoke: {
        src: 'startService',
        input: ({ context }) => ({ sweep: context.sweep }),
        onDone: { actions: 'reportReady', target: 'ready' },
        onError: {
          actions: { type: 'reportFailed', params: ({ event }) => ({ error: event.error }) },
          target: 'failed',
        },
      },
      on: { stop: 'stopping' },
    },
    ready: {
      invoke: { src: 'watchService' },
      on: {
        start: { actions: 'noteSweep', target: 'starting' },
        stop: 'stopping',
        died: { actions: { type: 'reportFailed', params: ({ event }) => ({ error: event.error }) }, target: 'failed' },
      },
    },
    failed: { on: { stop: 'stopping' } },
    stopping: {
      invoke: {
        src: 'stopService',
        onDone: { actions: 'reportStopped', target: 'stopped' },
        onError: { actions: 'reportStopped', target: 'stopped' },
      },
    },
  },
});
