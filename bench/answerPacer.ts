import type { Socket } from 'node:net';
import { monotonicMs } from '../src/core/clock.ts';
import type { Pace } from './serverMessages.ts';

interface Answer {
  readonly socket: Socket;
  /** Deadlines count from here, so that a late chunk makes no other one late. */
  readonly receivedAtMs: number;
  chunks: number;
  dueAtMs: number;
}

const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');

/**
 * Sends streamed answers on deadlines that do not drift. The texts of one answer, joined, are numbers with blanks
 * between: when its request came, then when each chunk was sent, all on the machine's monotonic clock.
 */
export class AnswerPacer {
  readonly #pace: Pace;
  readonly #tail: string;
  // All answers of a pace wait equally long: those that begin, and those that go on, are each in the order of deadlines.
  #beginning: Answer[] = [];
  #going: Answer[] = [];
  #ticking = false;

  constructor(pace: Pace) {
    this.#pace = pace;
    const usage = { prompt_tokens: 32, completion_tokens: pace.chunks, total_tokens: 32 + pace.chunks };
    const events = [
      completion('', '"length"'),
      `data: {"choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
      'data: [DONE]\n\n',
    ];
    this.#tail = `${framed(events.join(''))}0\r\n\r\n`;
  }

  start(socket: Socket, receivedAtMs: number): void {
    socket.write(head);
    this.#beginning.push({ socket, receivedAtMs, chunks: 0, dueAtMs: receivedAtMs + this.#pace.firstMs });
    if (!this.#ticking) this.#tick();
  }

  #tick(): void {
    this.#beginning = this.#sendDue(this.#beginning);
    this.#going = this.#sendDue(this.#going);
    this.#ticking = this.#beginning.length + this.#going.length > 0;
    if (this.#ticking) setTimeout(() => this.#tick(), 1);
  }

  /** @returns those of `answers` that are not yet due; what goes on has joined `#going`. */
  #sendDue(answers: Answer[]): Answer[] {
    const nowMs = monotonicMs();
    let due = 0;
    for (const answer of answers) {
      if (answer.dueAtMs > nowMs) break;
      due++;
      this.#send(answer);
    }
    return due === 0 ? answers : answers.slice(due);
  }

  #send(answer: Answer): void {
    const { socket, receivedAtMs } = answer;
    const first = answer.chunks === 0 ? `${receivedAtMs.toFixed(3)} ` : '';
    answer.chunks++;
    if (answer.chunks < this.#pace.chunks) {
      socket.write(framed(completion(`${first}${monotonicMs().toFixed(3)} `, 'null')), 'latin1');
      answer.dueAtMs = receivedAtMs + this.#pace.firstMs + answer.chunks * this.#pace.gapMs;
      this.#going.push(answer);
    } else {
      socket.write(framed(completion(`${first}${monotonicMs().toFixed(3)} `, 'null')) + this.#tail, 'latin1');
    }
  }
}

function completion(text: string, finishReason: string): string {
  return `data: {"id":"cmpl-0","object":"text_completion","choices":[{"index":0,"text":"${text}","finish_reason":${finishReason}}]}\n\n`;
}

/** A chunk of HTTP's chunked transfer coding. */
function framed(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
