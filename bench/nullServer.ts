import { type AddressInfo, createServer } from 'node:net';
import { monotonicMs } from '../src/core/clock.ts';
import { AnswerPacer } from './answerPacer.ts';
import { readRequests } from './readRequests.ts';
import type { CountReport, Pace, ServerReady } from './serverMessages.ts';

/**
 * An inference server that does nothing but answer, on bare sockets in a process of its own, so that it is never what a
 * client waits for. Without a pace each request gets one small JSON body at once; with one, a stream of chunks in whose
 * texts stand the server's own stamps. It tells its parent on request how many requests have come.
 */
function serve(pace: Pace | undefined): void {
  let requests = 0;
  const pacer = pace === undefined ? undefined : new AnswerPacer(pace);
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy()); // a client that goes away in the middle is none of our concern
    readRequests(socket, () => {
      requests++;
      if (pacer === undefined) socket.write(smallAnswer);
      else pacer.start(socket, monotonicMs());
    });
  });
  server.listen(0, '127.0.0.1', 2048, () => {
    tell({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => tell({ requests, cpuMicros: cpuMicros() }));
  process.on('disconnect', () => process.exit(0));
}

const smallBody = JSON.stringify({
  id: 'cmpl-0',
  object: 'text_completion',
  created: 1700000000,
  model: 'bench',
  choices: [{ index: 0, text: ' one two three four five six seven eight', logprobs: null, finish_reason: 'length' }],
  usage: { prompt_tokens: 32, completion_tokens: 8, total_tokens: 40 },
});
const smallAnswer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${smallBody.length}\r\n\r\n${smallBody}`,
);

function tell(message: ServerReady | CountReport): void {
  process.send?.(message);
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const pace = process.argv[2];
serve(pace === undefined ? undefined : (JSON.parse(pace) as Pace));
