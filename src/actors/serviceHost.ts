import { isDeepStrictEqual } from 'node:util';
import { fromCallback, fromPromise } from 'xstate';
import type { Client, Service } from '../clients/client.ts';
import { type ClientSettings, createClient } from '../clients/registry.ts';
import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import { type ServiceDeath, serviceMachine } from '../machines/serviceMachine.ts';

/** The running service, as the sweeps need it. */
export interface ServiceHost {
  /** The service's machine with its work filled in. */
  readonly machine: typeof serviceMachine;
  /** Where the service is that was started last. */
  current(): Service;
}

interface Running {
  readonly client: Client;
  readonly settings: object;
  readonly service: Service;
}

/** Keeps one service at a time: sweeps that want the same server share it, others get one of their own. */
export function createServiceHost(
  settingsOf: (sweep: number) => ClientSettings,
  clock: Clock,
  onReady: (service: Service) => void,
): ServiceHost {
  let running: Running | undefined;
  let onDeath = (_message: string) => {};
  // Starting and stopping follow one another: a stop in the middle of a start must find what the start has made.
  let last: Promise<void> = Promise.resolve();

  function inTurn(step: () => Promise<void>): Promise<void> {
    const turn = last.then(step);
    last = turn.catch(() => {});
    return turn;
  }

  async function stop(): Promise<void> {
    const { client } = running ?? {};
    running = undefined;
    await client?.stopService();
  }

  async function start(sweep: number): Promise<void> {
    const { api, url, server } = settingsOf(sweep);
    const settings = { api, url, server };
    if (running !== undefined && isDeepStrictEqual(running.settings, settings)) return;
    await stop();
    const client = createClient(settingsOf(sweep), clock);
    // Known before it is ready, so that a start that is broken off is stopped as well.
    running = { client, settings, service: {} };
    const service = await client.startService((message) => onDeath(message));
    running = { client, settings, service };
    onReady(service);
  }

  const machine = serviceMachine.provide({
    actors: {
      startService: fromPromise<void, { readonly sweep: number }>(({ input }) => inTurn(() => start(input.sweep))),
      stopService: fromPromise<void>(() => inTurn(stop)),
      watchService: fromCallback(({ sendBack }) => {
        onDeath = (message) => {
          const error = new SpeedometerError('serverUnreachable', message);
          sendBack({ type: 'died', error } satisfies ServiceDeath);
        };
      }),
    },
  });
  return { machine, current: () => running?.service ?? {} };
}
