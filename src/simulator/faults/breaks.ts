import type { ServerResponse } from 'node:http';
import { type AnswerWriter, HttpWriter, streamHead, wholeHead } from '../answerWriter.ts';
import type { Fault, FaultyExchange } from './fault.ts';

const errorObject = '{"error":{"message":"The engine died.","type":"InternalServerError","code":500}}';
const keepAliveMs = 100;

/** Faults in the middle of an answer, after which nothing of it comes. */
export const breaks = {
  cut: breaking('ends an answer in its middle, as if it were whole', (response) => response.end()),
  drop: breaking('resets the connection in the middle of an answer', (response) => response.socket?.resetAndDestroy()),
  cut_event: breaking('ends an answer in the middle of an event', (response) => response.end('data: {"choices":[{"te')),
  cut_character: breaking('ends an answer in the middle of a character', (response) => {
    const character = Buffer.from('é');
    response.end(Buffer.concat([Buffer.from('data: {"choices":[{"text":"caf'), character.subarray(0, 1)]));
  }),
  error_event: {
    does: 'sends an error object in an answer of status 200',
    alter: (_writer, { response }, tokens) => {
      const half = new HalfWriter(response, tokens, () => response.end(`data: ${errorObject}\n\ndata: [DONE]\n\n`));
      return Object.assign(half, { whole: () => new HttpWriter(response).whole(errorObject) });
    },
  },
  endless: {
    does: 'never ends the body, and keeps it alive',
    alter: (_writer, exchange) => new EndlessWriter(exchange),
  },
} satisfies Record<string, Fault>;

function breaking(does: string, breakOff: (response: ServerResponse) => void): Fault {
  return {
    does,
    alter: (_writer, { response }, tokens) => new HalfWriter(response, tokens, () => breakOff(response)),
  };
}

/** Writes half of an answer, then breaks it off. */
class HalfWriter implements AnswerWriter {
  readonly #response: ServerResponse;
  readonly #breakOff: () => void;
  #eventsLeft: number;

  constructor(response: ServerResponse, tokens: number, breakOff: () => void) {
    this.#response = response;
    this.#eventsLeft = Math.ceil(tokens / 2);
    this.#breakOff = breakOff;
  }

  begin(): void {
    this.#response.writeHead(200, streamHead);
    this.#response.flushHeaders();
  }

  write(text: string): void {
    if (this.#eventsLeft === 0) return;
    const events = text.split(/(?<=\n\n)/).slice(0, this.#eventsLeft);
    this.#eventsLeft -= events.length;
    this.#response.write(events.join(''), this.#eventsLeft === 0 ? this.#breakOff : undefined);
  }

  end(text: string): void {
    this.write(text);
  }

  whole(body: string): void {
    const { socket } = this.#response;
    this.#response.writeHead(200, wholeHead(body));
    this.#response.write(body.slice(0, body.length / 2), () => {
      this.#breakOff();
      socket?.destroySoon(); // the length that was announced is not reached
    });
  }
}

/** Says all of an answer but that it is at its end. */
class EndlessWriter implements AnswerWriter {
  readonly #response: ServerResponse;
  readonly #clock: FaultyExchange['clock'];

  constructor({ response, clock }: FaultyExchange) {
    this.#response = response;
    this.#clock = clock;
  }

  begin(): void {
    this.#response.writeHead(200, streamHead);
    this.#response.flushHeaders();
  }

  write(events: string): void {
    this.#response.write(events);
  }

  end(events: string): void {
    this.#response.write(events.replace('data: [DONE]\n\n', ''));
    this.#keepAlive(': keep-alive\n\n');
  }

  whole(body: string): void {
    this.#response.writeHead(200, { 'content-type': 'application/json' });
    this.#response.write(body.slice(0, -1));
    this.#keepAlive(' ');
  }

  #keepAlive(word: string): void {
    if (this.#response.destroyed) return;
    this.#response.write(word);
    this.#clock.setTimeout(() => this.#keepAlive(word), keepAliveMs);
  }
}
