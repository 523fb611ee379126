import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import type { Adapter } from './adapter.ts';
import type { Service, ServiceStart } from './client.ts';
import type { ServerParameters } from './clientSettings.ts';
import { forkPart } from './forkPart.ts';
import { OpenaiClient, type OpenaiSettings } from './openai.ts';
import { openaiHints } from './openaiHeaders.ts';
import { conversationObstacle, openaiTarget } from './openaiTarget.ts';

/** Stands in until the server has said where it is. */
const anyAddress = 'http://127.0.0.1';
const stopLimitMs = 3000;

interface Ready {
  readonly type: 'ready';
  readonly port: number;
  readonly description: string;
}

/** The embedded server in a process of its own, spoken to over HTTP like any other. */
export class SimulatorClient extends OpenaiClient {
  readonly #parameters: ServerParameters;
  readonly #entry: URL;
  #process: ChildProcess | undefined;
  #stopping = false;

  /** @param entry the module that the server's process runs */
  constructor(settings: OpenaiSettings, parameters: ServerParameters, entry: URL, clock: Clock) {
    super(settings, clock);
    this.#parameters = parameters;
    this.#entry = entry;
  }

  override async startService({ onDeath }: ServiceStart): Promise<Service> {
    const server = forkPart(this.#entry);
    this.#process = server;
    const ready = await new Promise<Ready>((resolve, reject) => {
      const fail = (message: string) => reject(new SpeedometerError('serverUnreachable', message));
      server.once('error', (error) => fail(`the embedded server did not start: ${error.message}`));
      server.once('exit', (code) => fail(`the embedded server ended at its start with exit code ${code}`));
      server.once('message', (message: Ready | { type: 'failed'; message: string }) => {
        if (message.type === 'ready') resolve(message);
        else fail(message.message);
      });
      server.send(this.#parameters);
    });
    server.removeAllListeners('exit');
    server.once('exit', (code, signal) => {
      if (!this.#stopping) onDeath(`the embedded server ended by itself (${signal ?? `exit code ${code}`})`);
    });
    const { port, description } = ready;
    return { url: `http://127.0.0.1:${port}`, description: `Embedded server on 127.0.0.1:${port} (${description}).` };
  }

  override async stopService(): Promise<void> {
    this.#stopping = true;
    const server = this.#process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    server.kill('SIGTERM');
    const firmly = setTimeout(() => server.kill('SIGKILL'), stopLimitMs);
    await gone;
    clearTimeout(firmly);
  }
}

/** The embedded server, started for the run. */
export const simulatorAdapter: Adapter = {
  abilities: {
    protocol: 'OpenAI API over HTTP, to the embedded server',
    streams: true,
    managesServer: true,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    conversations: true,
    testedAgainst: 'the embedded server',
  },
  fallbackTokenizer: 'o200k_base',
  statusHints: openaiHints,
  checkSettings({ url = anyAddress, endpoint }) {
    const asked = openaiTarget(url, endpoint).endpoint;
    if (asked === 'completions' || asked === 'chat') return;
    throw new SpeedometerError('usage', `--endpoint ${asked}: the embedded server has completions and chat only`, {
      hint: 'Leave it out, or measure another server: --api openai --url http://HOST:PORT.',
    });
  },
  conversationObstacle: ({ url = anyAddress, endpoint }) => conversationObstacle(openaiTarget(url, endpoint).endpoint),
  createClient: (settings, clock) =>
    new SimulatorClient(
      { ...settings, url: settings.url ?? anyAddress },
      settings.server,
      new URL(settings.simulatorEntry),
      clock,
    ),
  serverKey: ({ server }) => server,
};
