import { z } from 'zod';
import type { Adapter } from '../clients/adapter.ts';
import type { Client, RequestSpec, Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import { registry } from '../clients/registry.ts';
import { type Clock, createRunClock, monotonicMs } from '../core/clock.ts';
import type { OptionSlice } from '../core/optionSlice.ts';
import { DrivenExchange } from './drivenExchange.ts';
import { type Relay, startRelay } from './relay.ts';

/** What the contract is checked on. */
export interface ContractSubject {
  readonly adapter: Adapter;
  /** The module's own options: their defaults hold where `settings` gives no other. */
  readonly options?: OptionSlice;
  /**
   * What differs from the defaults: `url` of a server that is there, `model`, values of `own`. Without `url` the client
   * starts its server, or has none.
   */
  readonly settings?: Partial<ClientSettings>;
  /** Folder for what a started server writes; the system's one for temporary files where it is absent. */
  readonly folder?: string;
  /** No exchange takes longer. Default: 10 s. */
  readonly limitMs?: number;
  /** What the server answers to a request, where that can be known: then answers are checked word for word. */
  readonly knownAnswer?: (spec: RequestSpec) => KnownAnswer;
}

export interface KnownAnswer {
  readonly tokens: number;
  /** Whether a text is all of it; a server may draw one of several. */
  readonly isText: (text: string) => boolean;
}

/** Where the checks of one contract work: the service, started once, and a relay before it. */
export class ContractBench {
  readonly subject: ContractSubject;
  readonly clock: Clock = createRunClock(monotonicMs());
  readonly limitMs: number;
  #started: Promise<Service> | undefined;
  #relayed: Promise<Relay | undefined> | undefined;
  #host: Client | undefined;

  constructor(subject: ContractSubject) {
    this.subject = subject;
    this.limitMs = subject.limitMs ?? 10_000;
  }

  get abilities() {
    return this.subject.adapter.abilities;
  }

  /** Whether the server is the client's own to start. */
  get startsServer(): boolean {
    return this.abilities.managesServer && this.subject.settings?.url === undefined;
  }

  settings(changed: Partial<ClientSettings> = {}): ClientSettings {
    const { settings, options } = this.subject;
    const slices = Object.values(registry).flatMap((line) => line.options);
    const defaults = Object.assign({}, ...slices.map(defaultsOf)) as ClientSettings;
    return {
      ...defaults,
      api: 'contract',
      model: 'any',
      streaming: false,
      seed: 1,
      server: { ...defaults },
      simulatorEntry: import.meta.resolve('../simulator/simulatorProcess.js'),
      ...settings,
      ...(options === undefined ? {} : { own: { ...defaultsOf(options), ...settings?.own } }),
      ...changed,
    };
  }

  /** Starts the service with the first call. */
  service(): Promise<Service> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start(): Promise<Service> {
    this.#host = this.clientAt({});
    return this.#host.startService(this.serviceStart(new AbortController().signal));
  }

  serviceStart(signal: AbortSignal) {
    return { folder: this.subject.folder ?? '.', say: () => {}, onDeath: () => {}, signal };
  }

  /** The relay before the service; undefined where its address cannot be relayed, or it has none. */
  async relay(): Promise<Relay | undefined> {
    const { url } = await this.service();
    this.#relayed ??= url === undefined ? Promise.resolve(undefined) : startRelay(url);
    return this.#relayed;
  }

  /** A client at the service, through the relay where there is one; whoever asks for it closes it. */
  async client(changed: Partial<ClientSettings>): Promise<Client> {
    const { url } = (await this.relay()) ?? (await this.service());
    return this.clientAt(url === undefined ? changed : { url, ...changed });
  }

  /** A client with just these settings. */
  clientAt(changed: Partial<ClientSettings>): Client {
    return this.subject.adapter.createClient(this.settings(changed), this.clock);
  }

  /** Uses a client at the service, and closes it. */
  async withClient<T>(changed: Partial<ClientSettings>, use: (client: Client) => Promise<T>): Promise<T> {
    return closing(await this.client(changed), use);
  }

  /** Uses a client with just these settings, and closes it. */
  withClientAt<T>(changed: Partial<ClientSettings>, use: (client: Client) => Promise<T>): Promise<T> {
    return closing(this.clientAt(changed), use);
  }

  start(client: Client, spec: RequestSpec): DrivenExchange {
    const { clock, limitMs } = this;
    return new DrivenExchange({ clock, limitMs }).start(client, spec);
  }

  /** A whole exchange. */
  exchange(client: Client, spec: RequestSpec): Promise<DrivenExchange> {
    return this.start(client, spec).settled();
  }

  /** What is promised, within the limit. */
  async within<T>(promised: Promise<T> | undefined, otherwise: string): Promise<T> {
    let timer: unknown;
    const overdue = new Promise<never>((_, reject) => {
      timer = this.clock.setTimeout(() => reject(new Error(`${otherwise} (${this.limitMs} ms)`)), this.limitMs);
    });
    try {
      return await Promise.race([promised as Promise<T>, overdue]);
    } finally {
      this.clock.clearTimeout(timer);
    }
  }

  /** The client that started the service. */
  async host(): Promise<Client> {
    await this.service();
    return this.#host as Client;
  }

  /** Takes the relay away; stopping the service is a duty of its client. */
  async closeRelay(): Promise<void> {
    await (await this.#relayed)?.close();
    this.#relayed = undefined;
  }
}

async function closing<T>(client: Client, use: (client: Client) => Promise<T>): Promise<T> {
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** A request for so many tokens. */
export function specOf(maxNewTokens: number, request = 0): RequestSpec {
  const prompt = 'Once upon a time there was a server that answered every question';
  return Object.freeze({ request, prompt, promptTokens: 12, maxNewTokens });
}

function defaultsOf({ shape }: OptionSlice): Readonly<Record<string, unknown>> {
  return z.object(shape).parse({});
}
