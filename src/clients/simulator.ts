import { type ChildProcess, fork } from 'node:child_process';
import { SpeedometerError } from '../core/errors.ts';
import type { Service } from './client.ts';
import { OpenaiClient, type OpenaiSettings } from './openai.ts';

/** The parameters of the embedded server; this room knows nothing of their meaning. */
export type ServerParameters = Readonly<Record<string, unknown>>;

const stopLimitMs = 3000;

/** The embedded server in a process of its own, spoken to over HTTP like any other. */
export class SimulatorClient extends OpenaiClient {
  readonly #parameters: ServerParameters;
  readonly #entry: URL;
  #process: ChildProcess | undefined;
  #stopping = false;

  /** @param entry the module that the server's process runs */
  constructor(settings: OpenaiSettings, parameters: ServerParameters, entry: URL) {
    super(settings);
    this.#parameters = parameters;
    this.#entry = entry;
  }

  override async startService(onDeath: (message: string) => void): Promise<Service> {
    const server = fork(this.#entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true, execArgv: [] });
    this.#process = server;
    const port = await new Promise<number>((resolve, reject) => {
      const fail = (message: string) => reject(new SpeedometerError('serverUnreachable', message));
      server.once('error', (error) => fail(`the embedded server did not start: ${error.message}`));
      server.once('exit', (code) => fail(`the embedded server ended at its start with exit code ${code}`));
      server.once('message', (message: { type: 'ready'; port: number } | { type: 'failed'; message: string }) => {
        if (message.type === 'ready') resolve(message.port);
        else fail(message.message);
      });
      server.send(this.#parameters);
    });
    server.removeAllListeners('exit');
    server.once('exit', (code, signal) => {
      if (!this.#stopping) onDeath(`the embedded server ended by itself (${signal ?? `exit code ${code}`})`);
    });
    return { url: `http://127.0.0.1:${port}`, description: `Embedded server on 127.0.0.1:${port}` };
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
