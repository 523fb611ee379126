import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the server does with POST number `n` (from 0), once the body has been read. */
export type Behaviour = (response: ServerResponse, n: number, request: IncomingMessage) => void;

/** What it says of itself, by path; whatever is not in it does not exist. */
export type SelfDescription = Readonly<Record<string, object | string>>;

/** A server on loopback that misbehaves as told. @returns its URL */
export async function startWaywardServer(behave: Behaviour, self: SelfDescription = {}): Promise<string> {
  let requests = 0;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return describe(self[request.url ?? ''], response);
    const n = requests++;
    response.on('error', () => {});
    request.resume().on('end', () => behave(response, n, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function describe(facts: object | string | undefined, response: ServerResponse): void {
  response.writeHead(facts === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(typeof facts === 'string' ? facts : JSON.stringify(facts ?? { detail: 'Not Found' }));
}

/** What vLLM says of itself. */
export const likeVllm: SelfDescription = {
  '/v1/models': { object: 'list', data: [{ id: 'm', owned_by: 'vllm', max_model_len: 4096 }] },
  '/version': { version: '0.32.0' },
};

/** A whole streamed answer of two tokens. */
export const answer: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(token('once '));
  response.write(token('upon', 'length'));
  response.end('data: {"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":2}}\n\ndata: [DONE]\n\n');
};

/** An error in the form that servers of this kind use. */
export function refuse(status: number, message: string): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message } }));
  };
}

/** One event of a stream. */
export function token(text: string, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, text, finish_reason }] })}\n\n`;
}
