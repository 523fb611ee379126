import { fromCallback, sendTo, setup } from 'xstate';
import type { ClientPhase } from '../events/events.ts';

/** What the level asks of a client. */
export type ClientCommand = { type: 'start' } | { type: 'drain' } | { type: 'abort' };

/** What the request loop reports to the client that invoked it. */
export type LoopReport =
  | { type: 'loop.warm' }
  | { type: 'loop.exhausted' }
  | { type: 'loop.drained' }
  | { type: 'loop.failed'; message: string };

/** What the client asks of its request loop. */
export type LoopCommand = { type: 'warmUp' } | { type: 'run' } | { type: 'drain' } | { type: 'abort' };

/** Who the client is; `loop` is whatever the provided request loop takes. */
export interface ClientInput {
  readonly client: number;
  readonly level: number;
  readonly loop: unknown;
}

/**
 * One simulated user. It decides the phase; the request loop, one long-lived actor, sends. Requests and chunks do not
 * pass through here.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> warmup
 *   warmup --> warm: loop.warm
 *   warm --> running: start (all clients are warm)
 *   running --> draining: loop.exhausted | drain
 *   warmup --> draining: drain
 *   warm --> stopped: drain
 *   draining --> stopped: loop.drained
 *   warmup --> failed: loop.failed
 *   running --> failed: loop.failed
 *   draining --> failed: loop.failed
 * ```
 */
export const clientMachine = setup({
  types: {
    context: {} as ClientInput,
    input: {} as ClientInput,
    events: {} as ClientCommand | LoopReport,
  },
  actors: {
    requestLoop: fromCallback<LoopCommand, unknown>(() => {}),
  },
  actions: {
    announce: (_, _params: { readonly phase: ClientPhase; readonly failure?: string }) => {},
  },
}).createMachine({
  id: 'client',
  context: ({ input }) => input,
  invoke: { id: 'loop', src: 'requestLoop', input: ({ context }: { context: ClientInput }) => context.loop },
  initial: 'warmup',
  on: {
    'loop.failed': '.failed',
    abort: { actions: sendTo('loop', { type: 'abort' }) },
  },
  states: {
    warmup: {
      entry: [{ type: 'announce', params: { phase: 'warmup' } }, sendTo('loop', { type: 'warmUp' })],
      on: {
        'loop.warm': 'warm',
        drain: 'draining',
        abort: { target: 'draining', actions: sendTo('loop', { type: 'abort' }) },
      },
    },
    warm: {
      entry: { type: 'announce', params: { phase: 'warm' } },
      on: { start: 'running', drain: 'stopped', abort: 'stopped' },
    },
    running: {
      entry: [{ type: 'announce', params: { phase: 'running' } }, sendTo('loop', { type: 'run' })],
      on: {
        'loop.exhausted': 'draining',
        drain: 'draining',
        abort: { target: 'draining', actions: sendTo('loop', { type: 'abort' }) },
      },
    },
    draining: {
      entry: [{ type: 'announce', params: { phase: 'draining' } }, sendTo('loop', { type: 'drain' })],
      on: { 'loop.drained': 'stopped' },
    },
    stopped: { type: 'final', entry: { type: 'announce', params: { phase: 'stopped' } } },
    failed: {
      type: 'final',
      entry: {
        type: 'announce',
        params: ({ event }) => ({
          phase: 'failed' as const,
          ...(event.type === 'loop.failed' ? { failure: event.message } : {}),
        }),
      },
    },
  },
});
