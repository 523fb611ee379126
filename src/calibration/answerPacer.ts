import type { Socket } from 'node:net';
import { monotonicMs } from '../core/clock.ts';
import type { Pace } from './nullServerMessages.ts';
import { completionEvent, framed, streamHead, streamTail } from './streamBytes.ts';

interface Answer {
  readonly socket: Socket;
  /** Deadlines count from here, so that a late chunk makes no other one late. */
  readonly receivedAtMs: number;
  chunks: number;
  dueAtMs: number;
}

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
    this.#tail = streamTail(pace.chunks);
  }

  start(socket: Socket, receivedAtMs: number): void {
    socket.write(streamHead);
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
    const received = answer.chunks === 0 ? `${receivedAtMs.toFixed(3)} ` : '';
    answer.chunks++;
    const chunk = framed(completionEvent(`${received}${monotonicMs().toFixed(3)} `));
    if (answer.chunks < this.#pace.chunks) {
      socket.write(chunk, 'latin1');
      answer.dueAtMs = receivedAtMs + this.#pace.firstMs + answer.chunks * this.#pace.gapMs;
      this.#going.push(answer);
    } else {
      socket.write(chunk + this.#tail, 'latin1');
    }
  }
}
