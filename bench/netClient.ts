import { connect, type Socket } from 'node:net';
import type { BareTask } from './bareClient.ts';
import { bodyOf } from './requestBody.ts';

/**
 * The least that Node can do: raw sockets that write the same bytes again and again, and count what comes. Every answer of the
 * null server is the same, so that the length of the first tells where each of the others ends.
 */
async function runNet({ origin, clients, requests, promptTokens, asksStream }: BareTask): Promise<void> {
  const body = bodyOf(promptTokens, asksStream);
  const { port } = new URL(origin);
  const head = `POST /v1/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  const request = Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  let sent = 0;
  let ended = 0;
  await new Promise<void>((resolve, reject) => {
    for (let client = 0; client < clients; client++) open();

    function open(): void {
      const socket = connect(Number(port), '127.0.0.1', () => send(socket));
      socket.setNoDelay(true);
      socket.on('error', reject);
      let length: number | undefined;
      let first = '';
      let missing = 0;
      socket.on('data', (piece) => {
        if (length === undefined) {
          first += piece.toString('latin1');
          length = answerLength(first);
          if (length === undefined) return;
          missing = length - first.length;
        } else missing -= piece.length;
        if (missing > 0) return;
        missing = length;
        if (++ended === requests) resolve();
        else send(socket);
      });
    }

    function send(socket: Socket): void {
      if (sent++ < requests) socket.write(request);
    }
  });
}

/** @returns `undefined` while the answer is not whole */
function answerLength(answer: string): number | undefined {
  if (answer.endsWith('\r\n0\r\n\r\n')) return answer.length;
  const headEnd = answer.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return headEnd < 0 || length === undefined ? undefined : headEnd + 4 + Number(length);
}

await runNet(JSON.parse(process.argv[2] as string) as BareTask);
process.send?.({}, () => process.exit(0));
