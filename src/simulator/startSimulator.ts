import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunClock, monotonicMs } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { CountTokens } from './completionRequest.ts';
import { CompletionRoute } from './completionRoute.ts';
import { countPromptTokens } from './countPromptTokens.ts';
import { planFaults } from './faults/faultPlan.ts';
import { InferenceService } from './inferenceService.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A server that listens. */
export interface Simulator {
  readonly port: number;
  /** Without a path: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Its slots, and how it was told to misbehave. */
  readonly description: string;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/** Clients must not meet a connection that we just closed; a pause between two levels is shorter than this. */
const keepAliveMs = 120_000;

/**
 * Starts the embedded inference server: the HTTP face of vLLM over a `BatchingEngine`.
 *
 * @param countTokens how texts are counted for prefill and `usage`
 * @throws SpeedometerError `serverUnreachable` where it cannot listen
 */
export async function startSimulator(
  options: SimulatorOptions,
  { host, port }: ListenAddress,
  countTokens: CountTokens = countPromptTokens,
): Promise<Simulator> {
  const clock = createRunClock(monotonicMs());
  const service = new InferenceService(options, countTokens, clock);
  let closing = false;
  const completions = new CompletionRoute(service, planFaults(options.fault, options.simulator_seed), clock, (ms) => {
    if (!server.listening) return;
    server.close();
    clock.setTimeout(() => {
      if (!closing) server.listen(bound, host);
    }, ms);
  });
  const server = createServer({ keepAliveTimeout: keepAliveMs, noDelay: true }, (request, response) =>
    route({ service, completions }, request, response),
  );
  await listen(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    description: describe(options),
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => {
      closing = true;
      service.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function describe({ max_num_seqs, fault }: SimulatorOptions): string {
  return `${max_num_seqs} slots${fault.length === 0 ? '' : `; misbehaves: ${fault.join(', ')}`}`;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const reason = taken ? 'the port is taken' : messageOf(error);
      const hint = taken
        ? 'Choose another with --port, or let --port 0 find a free one.'
        : 'Look at --host and --port.';
      reject(
        new SpeedometerError('serverUnreachable', `cannot listen on ${host}:${port}: ${reason}`, {
          hint,
          cause: error,
        }),
      );
    });
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}

const json = 'application/json';

const routes: Readonly<Record<string, { readonly method: string; readonly answer: Answer }>> = {
  '/v1/completions': {
    method: 'POST',
    answer: ({ completions }, ...exchange) => completions.handle('completions', ...exchange),
  },
  '/v1/chat/completions': {
    method: 'POST',
    answer: ({ completions }, ...exchange) => completions.handle('chat', ...exchange),
  },
  '/v1/models': {
    method: 'GET',
    answer: ({ service }, _request, response) => send(response, 200, json, service.models()),
  },
  '/health': { method: 'GET', answer: (_parts, _request, response) => send(response, 200, json, '') },
  '/metrics': {
    method: 'GET',
    answer: ({ service }, _request, response) =>
      send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', service.metrics()),
  },
};

interface Parts {
  readonly service: InferenceService;
  readonly completions: CompletionRoute;
}

type Answer = (parts: Parts, request: IncomingMessage, response: ServerResponse) => void;

function route(parts: Parts, request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const found = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (found === undefined) send(response, 404, json, '{"detail":"Not Found"}');
  else if (found.method !== request.method) {
    response.setHeader('allow', found.method);
    send(response, 405, json, '{"detail":"Method Not Allowed"}');
  } else found.answer(parts, request, response);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
