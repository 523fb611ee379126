import { createServer, type Server, type Socket } from 'node:net';
import { monotonicMs } from '../core/clock.ts';
import { AnswerPacer } from './answerPacer.ts';
import type { NullAnswer } from './nullServerMessages.ts';
import { readRequests } from './readRequests.ts';
import { completionEvent, framed, streamHead, streamTail } from './streamBytes.ts';

const unknown = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');

/**
 * An inference server that does nothing but answer, on bare sockets, so that it is never what a client waits for: every POST
 * gets the same answer, whatever it asks, and anything else is not found.
 *
 * @param onRequest called for every POST that has come
 */
export function createNullServer(answer: NullAnswer, onRequest: () => void): Server {
  const reply = replyWith(answer);
  return createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy()); // a client that goes away in the middle is none of our concern
    readRequests(socket, (isPost) => {
      if (!isPost) {
        socket.write(unknown);
        return;
      }
      onRequest();
      reply(socket);
    });
  });
}

function replyWith(answer: NullAnswer): (socket: Socket) => void {
  if (answer.kind === 'paced') {
    const pacer = new AnswerPacer(answer);
    return (socket) => pacer.start(socket, monotonicMs());
  }
  const bytes = answer.kind === 'whole' ? wholeAnswer() : burst(answer.chunks, answer.characters);
  return (socket) => void socket.write(bytes);
}

function wholeAnswer(): Buffer {
  const text = ' one two three four five six seven eight';
  const body = JSON.stringify({
    id: 'cmpl-0',
    object: 'text_completion',
    created: 1700000000,
    model: 'bench',
    choices: [{ index: 0, text, logprobs: null, finish_reason: 'length' }],
    usage: { prompt_tokens: 32, completion_tokens: 8, total_tokens: 40 },
  });
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** A frame for each chunk, as servers write them, in one piece. */
function burst(chunks: number, characters: number): Buffer {
  const chunk = framed(completionEvent(' word'.repeat(Math.ceil(characters / 5)).slice(0, characters)));
  return Buffer.concat([streamHead, Buffer.from(chunk.repeat(chunks) + streamTail(chunks), 'latin1')]);
}
