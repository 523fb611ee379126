import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { wallClock } from '../../src/core/clock.ts';

/** What the front door does with one request instead of answering it. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ImitatedEndpoint {
  /** A certificate with its key: HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What each request takes, and the first one beside that. */
  readonly answerMs?: number;
  readonly coldStartMs?: number;
  /** By the number of the request, from 0. `hangsUp`: the connection is closed without a byte. */
  readonly faults?: Readonly<Record<number, Fault | 'hangsUp'>>;
  /** Keys that are taken beside tokens of `printToken.js` that have not expired. */
  readonly keys?: readonly string[];
}

/** Starts an endpoint in the scoring form, as the front door of AzureML before an image with vLLM behaves. */
export async function startImitatedAzureml(endpoint: ImitatedEndpoint = {}) {
  const { tls, answerMs = 1, coldStartMs = 0, faults = {}, keys = [] } = endpoint;
  const requests: { readonly headers: IncomingMessage['headers']; readonly status: number }[] = [];
  const listener: RequestListener = (request, response) => void serve(request, response);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    if (method !== 'POST') return void response.writeHead(404).end(); // it has no metrics
    let body = '';
    for await (const piece of request) body += piece;
    const number = requests.length;
    const fault = isValid(headers.authorization, keys) ? faults[number] : refusal;
    requests.push({ headers, status: fault === 'hangsUp' ? 0 : (fault?.status ?? 200) });
    if (fault === 'hangsUp') return void request.socket.end();
    await delay(number === 0 ? coldStartMs + answerMs : answerMs);
    if (fault === undefined) response.end(JSON.stringify([{ 0: ' w'.repeat(lengthOf(body)) }]));
    else response.writeHead(fault.status, fault.headers).end(fault.body);
  }

  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/score`,
    requests,
    close: () => void server.close(() => {}).closeAllConnections(),
  };
}

const refusal: Fault = { status: 401, body: '{"error":{"message":"invalid token"}}' };

function isValid(authorization = '', keys: readonly string[]): boolean {
  const key = authorization.replace(/^Bearer /, '');
  return keys.includes(key) || Number(/^secret-token-(\d+)$/.exec(key)?.[1] ?? 0) > wallClock().getTime();
}

function lengthOf(body: string): number {
  const { input_data } = JSON.parse(body) as { input_data: { parameters: { max_tokens: number } } };
  return input_data.parameters.max_tokens;
}
