import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunClock, monotonicMs } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { CountTokens, Endpoint } from './completionRequest.ts';
import { countPromptTokens } from './countPromptTokens.ts';
import { HttpProblem, problemBody } from './httpProblem.ts';
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
  /** Cuts every connection. */
  close(): Promise<void>;
}

/** Longer than any prompt of 128,000 tokens. */
const maxBodyBytes = 16 * 1024 * 1024;

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
  const service = new InferenceService(options, countTokens, createRunClock(monotonicMs()));
  const server = createServer({ keepAliveTimeout: keepAliveMs, noDelay: true }, (request, response) =>
    route(service, request, response),
  );
  await listen(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () => {
      service.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
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
  '/v1/completions': { method: 'POST', answer: (...exchange) => readBody('completions', ...exchange) },
  '/v1/chat/completions': { method: 'POST', answer: (...exchange) => readBody('chat', ...exchange) },
  '/v1/models': { method: 'GET', answer: (service, _request, response) => send(response, 200, json, service.models()) },
  '/health': { method: 'GET', answer: (_service, _request, response) => send(response, 200, json, '') },
  '/metrics': {
    method: 'GET',
    answer: (service, _request, response) =>
      send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', service.metrics()),
  },
};

type Answer = (service: InferenceService, request: IncomingMessage, response: ServerResponse) => void;

function route(service: InferenceService, request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const found = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (found === undefined) send(response, 404, json, '{"detail":"Not Found"}');
  else if (found.method !== request.method) {
    response.setHeader('allow', found.method);
    send(response, 405, json, '{"detail":"Method Not Allowed"}');
  } else found.answer(service, request, response);
}

function readBody(
  endpoint: Endpoint,
  service: InferenceService,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= maxBodyBytes) pieces.push(piece);
  });
  request.on('end', () => {
    try {
      if (bytes > maxBodyBytes) throw new HttpProblem(413, `The body is longer than ${maxBodyBytes} bytes.`);
      service.complete(endpoint, Buffer.concat(pieces, bytes).toString('utf8'), response);
    } catch (thrown) {
      if (!(thrown instanceof HttpProblem)) throw thrown;
      send(response, thrown.status, json, problemBody(thrown));
    }
  });
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
