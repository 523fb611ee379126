import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import type {
  AnswerRecord,
  Cancel,
  Client,
  RequestSpec,
  ResponseReader,
  Service,
  ServiceStart,
  Wire,
} from './client.ts';
import { type FastgenCommandSettings, fastgenCommand, fastgenPorts } from './fastgenCommand.ts';
import { fastgenPaths } from './fastgenMessages.ts';
import { obstacleIn } from './fastgenObstacle.ts';
import { FastgenReader } from './fastgenReader.ts';
import { type FastgenRequestSettings, fastgenRequests } from './fastgenRequest.ts';
import { type GrpcCall, GrpcConnection } from './grpcConnection.ts';
import { grpcFrame } from './grpcFrames.ts';
import { answersHttp2 } from './grpcProbe.ts';
import { type GrpcTarget, grpcTarget, grpcUrl } from './grpcTarget.ts';
import { ManagedServer } from './managedServer.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import { ServerLedger } from './serverLedger.ts';
import { refuseTakenPort } from './serverPort.ts';

/** What a client of FastGen needs to know. Without `url` the server is ours. */
export interface FastgenSettings extends FastgenCommandSettings, FastgenRequestSettings, ManagedServerOptions {
  readonly url?: string;
  readonly request_timeout?: number;
}

const terminateTimeoutMs = 10_000;
/** The run keeps the limit itself; the server's only frees what would wait for ever. */
const timeoutMarginSec = 5;

/** A FastGen by MII's gRPC, one connection for each simulated user. */
export class FastgenClient implements Client<GrpcCall, Uint8Array> {
  readonly #settings: FastgenSettings;
  readonly #clock: Clock;
  readonly #target: GrpcTarget;
  readonly #encode: (prompt: string, maxNewTokens: number) => Buffer;
  #connection: GrpcConnection | undefined;
  #server: ManagedServer | undefined;

  constructor(settings: FastgenSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#target = grpcTarget(settings.url ?? `127.0.0.1:${settings.port}`);
    this.#encode = fastgenRequests(settings);
  }

  async startService(start: ServiceStart): Promise<Service> {
    const url = grpcUrl(this.#target);
    if (this.#settings.url !== undefined) return { url, description: this.#describe() };
    if (this.#settings.server_command === undefined) {
      for (const port of fastgenPorts(this.#settings)) await refuseTakenPort('fastgen', port);
    }
    const server = this.#createServer();
    this.#server = server;
    const tookMs = await server.start(start).catch((error: unknown) => {
      throw inOneSentence(error);
    });
    const { port } = this.#target;
    const words = `Started in ${Math.round(tookMs / 1000)} s on 127.0.0.1:${port} (process ${server.pid}).`;
    return { url, description: `${this.#describe()} ${words}` };
  }

  async stopService(): Promise<void> {
    await this.#server?.stop();
  }

  prepareRequest({ prompt, maxNewTokens }: RequestSpec): GrpcCall {
    const { streaming } = this.#settings;
    return { path: streaming ? fastgenPaths.stream : fastgenPaths.unary, body: this.#encode(prompt, maxNewTokens) };
  }

  sendRequest(prepared: GrpcCall, wire: Wire<Uint8Array>): Cancel {
    const { request_timeout: limitSec } = this.#settings;
    this.#connection ??= new GrpcConnection(
      this.#target,
      limitSec === undefined ? undefined : limitSec + timeoutMarginSec,
    );
    return this.#connection.call(prepared, wire);
  }

  processResponse(_prepared: GrpcCall, answer: AnswerRecord): ResponseReader<Uint8Array> {
    return new FastgenReader(this.#settings.streaming, answer);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #describe(): string {
    const lengths = this.#settings.ignore_eos
      ? 'Output lengths: forced (ignore_eos).'
      : 'Output lengths: limited only, answers may end early (--ignore_eos false).';
    return `DeepSpeed-FastGen by the gRPC of MII, which works on 256 requests at once and lets more wait. ${lengths}`;
  }

  #createServer(): ManagedServer {
    const { port, server_start_timeout } = this.#settings;
    return new ManagedServer(
      {
        name: 'fastgen',
        command: fastgenCommand(this.#settings),
        port,
        // mii.serve waits for the replicas only: the load balancer may come later.
        readyWhen: {
          words: `nothing spoke HTTP/2 on port ${port}`,
          look: (signal) => answersHttp2(this.#target, this.#clock, signal),
        },
        askToEnd: () => this.#terminate(),
        startTimeoutMs: server_start_timeout * 1000,
        env: { PYTHONUNBUFFERED: '1' }, // its output comes line by line
        ledger: new ServerLedger(),
      },
      this.#clock,
    );
  }

  /** Ends load balancer and replicas. */
  async #terminate(): Promise<void> {
    const connection = new GrpcConnection(this.#target);
    const call = { path: fastgenPaths.terminate, body: grpcFrame(Buffer.alloc(0)) };
    let timer: unknown;
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = connection.call(call, {
          sent() {},
          headers() {},
          received() {},
          ended: resolve,
          failed: ({ message, reason }) => reject(new Error(message ?? reason)),
        });
        timer = this.#clock.setTimeout(cancel, terminateTimeoutMs);
      });
    } finally {
      this.#clock.clearTimeout(timer);
      connection.close();
    }
  }
}

/** What our script says at its end, in place of how it ended; its output follows where it said more than that. */
function inOneSentence(error: unknown): unknown {
  if (!(error instanceof SpeedometerError) || error.hint === undefined) return error;
  const { code, hint } = error;
  const sentence = obstacleIn(hint);
  if (sentence === undefined) return error;
  const saysMore = hint.split('\n').filter((line) => line.startsWith('| ')).length > 1;
  return new SpeedometerError(code, sentence, saysMore ? { hint, cause: error } : { cause: error });
}
