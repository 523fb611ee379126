import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const answer = JSON.stringify({
  choices: [{ index: 0, text: 'a b c', message: { role: 'assistant', content: 'a b c' }, finish_reason: 'length' }],
  usage: { prompt_tokens: 24, completion_tokens: 6, total_tokens: 30 },
});

/** A server that notes when requests come, and answers at once but within one stretch of time. */
export async function startNotingServer(stall?: { readonly fromRequest: number; readonly forMs: number }) {
  const atMs: number[] = [];
  let freeAtMs = 0;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(404).end();
    const nowMs = performance.now();
    if (atMs.push(nowMs) === stall?.fromRequest) freeAtMs = nowMs + stall.forMs;
    const reply = () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    request.resume().on('end', () => setTimeout(reply, Math.max(0, freeAtMs - performance.now())));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, atMs };
}
