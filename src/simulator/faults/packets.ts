import { type AnswerWriter, streamHead } from '../answerWriter.ts';
import type { Fault, FaultyExchange } from './fault.ts';

const eventsPerPacket = 8;
const bytesPerPacket = 7;

/** Faults of the way that bytes take to the socket. */
export const packets = {
  packed: {
    does: `holds events back and sends them ${eventsPerPacket} in a packet`,
    alter: (writer) => new PackedWriter(writer),
  },
  split: {
    does: `sends ${bytesPerPacket} bytes a packet, whatever stands in them`,
    alter: (writer, exchange) => new SplitWriter(writer, exchange),
  },
  http10: {
    does: 'answers in HTTP/1.0, its end told by nothing but the end of the connection',
    alter: (_writer, { response }) => {
      const { socket } = response;
      const head = (type: string) => `HTTP/1.0 200 OK\r\ncontent-type: ${type}\r\n\r\n`;
      return {
        begin: () => void socket?.write(head('text/event-stream')),
        write: (events) => void socket?.write(events),
        end: (events) => void socket?.end(events),
        whole: (body) => void socket?.end(head('application/json') + body),
      };
    },
  },
  close: {
    does: 'closes the connection after the answer, without a word before',
    alter: (writer, { response }) => {
      const { socket } = response;
      response.once('finish', () => setImmediate(() => socket?.destroySoon()));
      return writer;
    },
  },
} satisfies Record<string, Fault>;

class PackedWriter implements AnswerWriter {
  readonly #writer: AnswerWriter;
  #held = '';
  #events = 0;

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
  }

  begin(): void {
    this.#writer.begin();
  }

  write(events: string): void {
    this.#held += events;
    if (++this.#events % eventsPerPacket !== 0) return;
    this.#writer.write(this.#held);
    this.#held = '';
  }

  end(events: string): void {
    this.#writer.end(this.#held + events);
  }

  whole(body: string): void {
    this.#writer.whole(body);
  }
}

class SplitWriter implements AnswerWriter {
  readonly #writer: AnswerWriter;
  readonly #exchange: FaultyExchange;
  #unsent = Buffer.alloc(0);
  #complete = false;

  constructor(writer: AnswerWriter, exchange: FaultyExchange) {
    this.#writer = writer;
    this.#exchange = exchange;
  }

  begin(): void {
    const { response } = this.#exchange;
    response.writeHead(200, streamHead);
    response.flushHeaders();
    this.#send();
  }

  write(events: string): void {
    this.#unsent = Buffer.concat([this.#unsent, Buffer.from(events)]);
  }

  end(events: string): void {
    this.write(events);
    this.#complete = true;
  }

  whole(body: string): void {
    this.#writer.whole(body);
  }

  #send(): void {
    const { response, clock } = this.#exchange;
    if (response.destroyed) return;
    if (this.#unsent.length > 0) response.write(this.#unsent.subarray(0, bytesPerPacket));
    this.#unsent = this.#unsent.subarray(bytesPerPacket);
    if (this.#complete && this.#unsent.length === 0) response.end();
    else clock.setTimeout(() => this.#send(), 1);
  }
}
