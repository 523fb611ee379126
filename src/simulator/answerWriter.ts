import type { ServerResponse } from 'node:http';

/** Where an answer goes: to the socket, or first through a fault. */
export interface AnswerWriter {
  /** The head of a stream, sent at once: a server answers it before it has a token. */
  begin(): void;
  /** Whole events of a stream. */
  write(events: string): void;
  /** The last events of a stream. */
  end(events: string): void;
  /** An answer that is not streamed. */
  whole(body: string): void;
}

/** Writes an answer as it should be. */
export class HttpWriter implements AnswerWriter {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  begin(): void {
    this.#response.writeHead(200, streamHead);
    this.#response.flushHeaders();
  }

  write(events: string): void {
    this.#response.write(events);
  }

  end(events: string): void {
    this.#response.end(events);
  }

  whole(body: string): void {
    this.#response.writeHead(200, wholeHead(body));
    this.#response.end(body);
  }
}

export const streamHead = { 'content-type': 'text/event-stream; charset=utf-8' } as const;

export function wholeHead(body: string) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } as const;
}
