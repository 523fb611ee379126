import { isDeepStrictEqual } from 'node:util';
import { fromPromise } from 'xstate';
import type { Client, Service } from '../clients/client.ts';
import { type ClientSettings, createClient } from '../clients/registry.ts';
import type { Clock } from '../core/clock.ts';
import { serviceMachine } from '../machines/serviceMachine.ts';

/** The running service, as the sweeps need it. */
export interface ServiceHost {
  /** The service's machine with its work filled in. */
  readonly machine: typeof serviceMachine;
  /** Where the service is that was started last. */
  current(): Service;
}

/** Keeps one service at a time: sweeps with the same settings share it, others get one of their own. */
export function createServiceHost(
  settingsOf: (sweep: number) => ClientSettings,
  clock: Clock,
  onReady: (service: Service) => void,
): ServiceHost {
  let running: { readonly client: Client; readonly settings: ClientSettings; readonly service: Service } | undefined;

  async function stop(): Promise<void> {
    const { client } = running ?? {};
    running = undefined;
    await client?.stopService();
  }

  async function start(sweep: number): Promise<void> {
    const settings = settingsOf(sweep);
    if (running !== undefined && isDeepStrictEqual(running.settings, settings)) return;
    await stop();
    const client = createClient(settings, clock);
    // Known before it is ready, so that a start that is broken off is stopped as well.
    running = { client, settings, service: {} };
    const service = await client.startService();
    running = { client, settings, service };
    onReady(service);
  }

  const machine = serviceMachine.provide({
    actors: {
      startService: fromPromise<void, { readonly sweep: number }>(({ input }) => start(input.sweep)),
      stopService: fromPromise<void>(stop),
    },
  });
  return { machine, current: () => running?.service ?? {} };
}
