import type { Clock } from '../core/clock.ts';
import type { Service, ServiceStart } from './client.ts';
import { flushCache } from './flushCache.ts';
import { ManagedServer } from './managedServer.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import { OpenaiClient, type OpenaiSettings } from './openai.ts';
import { openaiHeaders } from './openaiHeaders.ts';
import { openaiTarget } from './openaiTarget.ts';
import { ServerLedger } from './serverLedger.ts';
import { tlsOptions } from './tlsOptions.ts';
import { vllmCommand } from './vllmCommand.ts';
import type { VllmOptions } from './vllmOptions.ts';

/** What a client of vLLM needs to know. Without `url` the server is ours. */
export interface VllmSettings extends Omit<OpenaiSettings, 'url'>, VllmOptions, ManagedServerOptions {
  readonly url?: string;
}

/** A vLLM by its OpenAI API: one that runs already, or one that is started for the run. */
export class VllmClient extends OpenaiClient {
  readonly #settings: VllmSettings;
  readonly #clock: Clock;
  /** Where it is, or will be. */
  protected readonly url: string;
  #server: ManagedServer | undefined;

  constructor(settings: VllmSettings, clock: Clock) {
    const url = settings.url ?? `http://127.0.0.1:${settings.port}`;
    super({ ...settings, url }, clock);
    this.#settings = settings;
    this.#clock = clock;
    this.url = url;
  }

  override async startService(start: ServiceStart): Promise<Service> {
    if (this.#settings.url !== undefined) return this.describeService(start);
    const server = this.#createServer();
    this.#server = server;
    const tookMs = await server.start(start);
    const service = await this.describeService(start);
    const words = `Started in ${Math.round(tookMs / 1000)} s on 127.0.0.1:${this.#settings.port} (process ${server.pid}).`;
    return { ...service, description: [service.description, words].join(' ') };
  }

  override async stopService(): Promise<void> {
    await this.#server?.stop();
  }

  /** What is said of a server that can be used. */
  protected describeService(start: ServiceStart): Promise<Service> {
    return super.startService(start);
  }

  /** Needs the server's development mode, in which one of ours is started. @returns false where it is off */
  async flushPrefixCache(): Promise<boolean> {
    const target = openaiTarget(this.url, this.#settings.endpoint);
    return flushCache(
      target.origin,
      openaiHeaders(this.#settings, target, '*/*'),
      `${target.base}/reset_prefix_cache`,
      this.#clock,
      tlsOptions(this.#settings),
    );
  }

  #createServer(): ManagedServer {
    const { port, server_start_timeout } = this.#settings;
    return new ManagedServer(
      {
        name: 'vllm',
        command: vllmCommand(this.#settings),
        port,
        readyWhen: '/health',
        startTimeoutMs: server_start_timeout * 1000,
        // Its output comes line by line; and the route that empties the prefix cache is there.
        env: { PYTHONUNBUFFERED: '1', VLLM_SERVER_DEV_MODE: '1' },
        ledger: new ServerLedger(),
      },
      this.#clock,
    );
  }
}
