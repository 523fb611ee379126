import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of the imitation. */
export interface GenerateAsked {
  readonly prompt: string;
  readonly stream: boolean;
  readonly max_tokens: number;
  readonly ignore_eos: boolean;
  readonly temperature?: number;
}

/**
 * Imitates the `/generate` server of an old vLLM: every line repeats the prompt and all words so far, one more each time.
 * @param separator what ends a line: NUL in the oldest versions, LF in later ones
 * @param hasReset whether `/reset_prefix_cache` is there
 */
export async function startOldVllm(separator: string, hasReset = false) {
  const asked: GenerateAsked[] = [];
  let resets = 0;
  const server = createServer(async (request, response) => {
    if (request.url === '/reset_prefix_cache' && hasReset) {
      resets++;
      response.end();
    } else if (request.url === '/generate') {
      const body = JSON.parse(await textOf(request)) as GenerateAsked;
      asked.push(body);
      const words = Array.from({ length: body.max_tokens }, (_, index) => ` word${index}`);
      if (body.stream) {
        for (let count = 1; count <= words.length; count++) {
          const text = [body.prompt + words.slice(0, count).join('')];
          response.write(JSON.stringify({ text }) + separator);
          await new Promise(setImmediate);
        }
        response.end();
      } else response.end(JSON.stringify({ text: [body.prompt + words.join('')] }));
    } else response.writeHead(404).end('{"detail":"Not Found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    resets: () => resets,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
