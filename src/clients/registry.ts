import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import type { ClientName } from './apiOptions.ts';
import type { Client, Service } from './client.ts';
import { DummyClient } from './dummy.ts';
import type { DummyOptions } from './dummyOptions.ts';
import { OpenaiClient } from './openai.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import { type ServerParameters, SimulatorClient } from './simulator.ts';

/** All that a client may need to know. Plain JSON: it travels to the workers. */
export interface ClientSettings extends Omit<OpenaiOptions, 'url'>, DummyOptions {
  readonly api: string;
  readonly url?: string;
  readonly model: string;
  readonly streaming: boolean;
  readonly seed: number;
  /** The parameters of a server that we start ourselves. */
  readonly server: ServerParameters;
  /** The module that the embedded server's process runs. */
  readonly simulatorEntry: string;
}

type CreateClient = (settings: ClientSettings, clock: Clock) => Client;

function httpSettings(settings: ClientSettings): ClientSettings & { readonly url: string } {
  return { ...settings, url: settings.url ?? 'http://127.0.0.1' };
}

/** One line for each protocol. */
const registry = {
  dummy: (settings, clock) => erased(new DummyClient(settings, settings.streaming, settings.seed, clock)),
  openai: (settings) => erased(new OpenaiClient(httpSettings(settings))),
  simulator: (settings) =>
    erased(new SimulatorClient(httpSettings(settings), settings.server, new URL(settings.simulatorEntry))),
} satisfies Record<ClientName, CreateClient>;

/** @param service where the main process found or started the server; it outranks the settings' URL. */
export function createClient(settings: ClientSettings, clock: Clock, service: Service = {}): Client {
  const create: CreateClient | undefined = registry[settings.api as keyof typeof registry];
  if (create === undefined) throw new SpeedometerError('bug', `no client is named ${settings.api}`);
  return create(service.url === undefined ? settings : { ...settings, url: service.url }, clock);
}

// What is prepared and what is read are the client's own affair: the engine only hands them back to it.
function erased<Prepared, Piece>(client: Client<Prepared, Piece>): Client {
  return client as unknown as Client;
}
