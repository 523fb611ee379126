import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the server does with its request number `n` (from 0), once the body has been read. */
export type Behaviour = (response: ServerResponse, n: number, request: IncomingMessage) => void;

/** A server on loopback that misbehaves as told. @returns its URL */
export async function startWaywardServer(behave: Behaviour): Promise<string> {
  let requests = 0;
  const server = createServer((request, response) => {
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
