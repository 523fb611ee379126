import { isDeepStrictEqual } from 'node:util';
import { fromCallback, fromPromise } from 'xstate';
import type { Adapter } from '../clients/adapter.ts';
import type { Client, Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import { loadAdapter } from '../clients/registry.ts';
import { startService } from '../clients/startService.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { type ServiceDeath, serviceMachine } from '../machines/serviceMachine.ts';

/** The running service, as the sweeps need it. */
export interface ServiceHost {
  /** The service's machine with its work filled in. */
  readonly machine: typeof serviceMachine;
  /** Where the service is that was started last. */
  current(): Service;
  /** Empties the server's prefix cache, where its client declares that it can. @returns words where that failed, once for a server */
  flushPrefixCache(): Promise<string | undefined>;
}

export interface ServiceHostSettings {
  readonly settingsOf: (sweep: number) => ClientSettings;
  readonly clock: Clock;
  /** Where a started server keeps its output. */
  readonly folder: string;
  /** Takes words on how a start goes. */
  readonly say: (words: string) => void;
  /** Told of each service that is started, with what it was started for. */
  readonly onReady: (service: Service, settings: ClientSettings) => void;
}

interface Running {
  readonly adapter: Adapter;
  readonly client: Client;
  /** What the service was started for: a sweep that wants the same takes it as it is. */
  readonly key: unknown;
  readonly service: Service;
}

/** Keeps one service at a time: sweeps that want the same server share it, others get one of their own. */
export function createServiceHost({ settingsOf, clock, folder, say, onReady }: ServiceHostSettings): ServiceHost {
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
    client?.close();
  }

  async function start(sweep: number, signal: AbortSignal): Promise<void> {
    const settings = settingsOf(sweep);
    const adapter = await loadAdapter(settings.api);
    const key = [settings.api, settings.url, adapter.serverKey?.(settings)];
    if (running !== undefined && isDeepStrictEqual(running.key, key)) return;
    await stop();
    if (signal.aborted) return;
    const client = adapter.createClient(settings, clock);
    // Known before it is ready, so that a start that is broken off is stopped as well.
    running = { adapter, client, key, service: {} };
    const onDeathOf = (message: string) => onDeath(message);
    const service = await startService(settings.api, client, { folder, say, onDeath: onDeathOf, signal });
    running = { adapter, client, key, service };
    onReady(service, settings);
  }

  const machine = serviceMachine.provide({
    actors: {
      startService: fromPromise<void, { readonly sweep: number }>(({ input, signal }) =>
        inTurn(() => start(input.sweep, signal)),
      ),
      stopService: fromPromise<void>(() => inTurn(stop)),
      watchService: fromCallback(({ sendBack }) => {
        onDeath = (message) => {
          const error = new SpeedometerError('serverUnreachable', message);
          sendBack({ type: 'died', error } satisfies ServiceDeath);
        };
      }),
    },
  });

  /** The server whose flush failed already: it is told once. */
  let unflushed: Client | undefined;

  async function flushPrefixCache(): Promise<string | undefined> {
    const failure = await tryFlush();
    const client = running?.client;
    if (failure === undefined || client === unflushed) return undefined;
    unflushed = client;
    return failure;
  }

  async function tryFlush(): Promise<string | undefined> {
    if (running?.client.flushPrefixCache === undefined || !running.adapter.abilities.flushesPrefixCache)
      return undefined;
    try {
      if (await running.client.flushPrefixCache()) return undefined;
      return 'the server did not empty its prefix cache: repeated prompts may be answered from it';
    } catch (thrown) {
      return `the server's prefix cache could not be emptied: ${messageOf(thrown)}`;
    }
  }

  return { machine, current: () => running?.service ?? {}, flushPrefixCache };
}
