// @ts-check
// Tiny servers that speak the protocols of the two examples, for trying them out:
//   node imitations.js
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/** @param {import('node:net').Server} server */
async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return port;
}

const tokenMs = 1;
/** @param {number} count @param {(index: number) => void} step @param {() => void} end */
function eachToken(count, step, end, index = 0) {
  if (index === count) return end();
  step(index);
  setTimeout(() => eachToken(count, step, end, index + 1), tokenMs);
}

/** Answers `/api/generate` as Ollama does. @returns its address and what closes it */
export async function startOllamaImitation() {
  const server = createHttpServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    if (request.url !== '/api/generate') return void response.writeHead(404).end();
    const { stream, prompt, options } = JSON.parse(body);
    const count = options.num_predict;
    const last = { done: true, done_reason: 'length', eval_count: count, prompt_eval_count: prompt.split(' ').length };
    const write = (/** @type {object} */ event) => void response.write(`${JSON.stringify(event)}\n`);
    response.setHeader('content-type', 'application/x-ndjson');
    const words = Array.from({ length: count }, (_, index) => `w${index} `);
    if (!stream) response.end(`${JSON.stringify({ response: words.join(''), ...last })}\n`);
    else
      eachToken(
        count,
        (index) => write({ response: words[index], done: false }),
        () => response.end(`${JSON.stringify({ response: '', ...last })}\n`),
      );
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close(() => {}).closeAllConnections() };
}

/** Answers each line of JSON with lines of JSON and a blank one. @returns its address and what closes it */
export async function startLinesImitation() {
  const sockets = new Set();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (piece) => {
      received += piece;
      if (!received.endsWith('\n')) return;
      const { max_tokens, stream } = JSON.parse(received);
      received = '';
      const write = (/** @type {object} */ event) => void socket.write(`${JSON.stringify(event)}\n`);
      const words = Array.from({ length: max_tokens }, (_, index) => `w${index} `);
      const end = () => void socket.write(`${JSON.stringify({ tokens: max_tokens })}\n\n`);
      if (!stream) socket.write(`${JSON.stringify({ token: words.join(''), tokens: max_tokens })}\n\n`);
      else eachToken(max_tokens, (index) => write({ token: words[index] }), end);
    });
  });
  const port = await listen(server);
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `tcp://127.0.0.1:${port}`, close };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`ollama.js: --url ${(await startOllamaImitation()).url}`);
  console.log(`lines.js:  --url ${(await startLinesImitation()).url}`);
}
