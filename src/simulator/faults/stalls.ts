import type { AnswerWriter } from '../answerWriter.ts';
import type { Fault, FaultyExchange } from './fault.ts';

/** Faults that make an answer wait. */
export const stalls = {
  stall_head: {
    does: 'stalls before the head of its answer',
    seconds: 1,
    alter: (writer, exchange) => new HeldWriter(writer, exchange, 0),
  },
  stall_first: {
    does: 'stalls between the head and the first token',
    seconds: 1,
    alter: (writer, exchange) => new HeldWriter(writer, exchange, 1),
  },
  stall_middle: {
    does: 'stalls in the middle of its answer',
    seconds: 1,
    alter: (writer, exchange, tokens) => new HeldWriter(writer, exchange, 1 + Math.ceil(tokens / 2)),
  },
} satisfies Record<string, Fault>;

/** Lets some steps of an answer pass, then holds all others back for a time. */
class HeldWriter implements AnswerWriter {
  readonly #writer: AnswerWriter;
  readonly #exchange: FaultyExchange;
  readonly #held: (() => void)[] = [];
  #passing: number;

  /** @param passing how many steps pass, the head among them */
  constructor(writer: AnswerWriter, exchange: FaultyExchange, passing: number) {
    this.#writer = writer;
    this.#exchange = exchange;
    this.#passing = passing;
  }

  begin(): void {
    this.#step(() => this.#writer.begin());
  }

  write(events: string): void {
    this.#step(() => this.#writer.write(events));
  }

  end(events: string): void {
    this.#step(() => this.#writer.end(events));
  }

  whole(body: string): void {
    this.#passing = 0;
    this.#step(() => this.#writer.whole(body));
  }

  #step(step: () => void): void {
    if (this.#passing > 0) {
      this.#passing--;
      step();
      return;
    }
    this.#held.push(step);
    if (this.#held.length > 1) return;
    const { clock, seconds } = this.#exchange;
    clock.setTimeout(() => this.#release(), seconds * 1000);
  }

  #release(): void {
    this.#passing = Number.POSITIVE_INFINITY;
    for (const step of this.#held.splice(0)) step();
  }
}
