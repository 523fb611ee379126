import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { HttpWriter } from './answerWriter.ts';
import type { Endpoint } from './completionRequest.ts';
import type { FaultyExchange } from './faults/fault.ts';
import type { FaultOf, PlannedFault } from './faults/faultPlan.ts';
import { HttpProblem, problemBody } from './httpProblem.ts';
import type { InferenceService } from './inferenceService.ts';

/** Longer than any prompt of 128,000 tokens. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Takes requests for completions to the engine, and past the faults that were planned for them. */
export class CompletionRoute {
  readonly #service: InferenceService;
  readonly #faultOf: FaultOf;
  readonly #clock: Clock;
  readonly #pauseListening: (ms: number) => void;
  #requests = 0;

  constructor(service: InferenceService, faultOf: FaultOf, clock: Clock, pauseListening: (ms: number) => void) {
    this.#service = service;
    this.#faultOf = faultOf;
    this.#clock = clock;
    this.#pauseListening = pauseListening;
  }

  handle(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): void {
    const met = this.#faultOf(this.#requests++);
    if (met === undefined) {
      this.#read(endpoint, request, response);
      return;
    }
    response.on('error', () => {}); // a fault may write to a connection that it has ended
    const read = () => this.#read(endpoint, request, response, met);
    if (met.fault.readsLate === true) this.#clock.setTimeout(read, met.seconds * 1000);
    else read();
  }

  #read(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse, met?: PlannedFault): void {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maxBodyBytes) pieces.push(piece);
    });
    request.on('end', () => {
      try {
        if (bytes > maxBodyBytes) throw new HttpProblem(413, `The body is longer than ${maxBodyBytes} bytes.`);
        this.#answer(endpoint, Buffer.concat(pieces, bytes).toString('utf8'), response, met);
      } catch (thrown) {
        if (!(thrown instanceof HttpProblem)) throw thrown;
        const body = problemBody(thrown);
        response.writeHead(thrown.status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      }
    });
  }

  #answer(endpoint: Endpoint, body: string, response: ServerResponse, met: PlannedFault | undefined): void {
    const exchange = this.#exchange(response, met?.seconds ?? 0);
    if (met?.fault.answer !== undefined) {
      met.fault.answer(exchange);
      return;
    }
    const writer = new HttpWriter(response);
    const forget = this.#service.complete(
      endpoint,
      body,
      (tokens) => met?.fault.alter?.(writer, exchange, tokens) ?? writer,
    );
    response.once('close', forget);
  }

  #exchange(response: ServerResponse, seconds: number): FaultyExchange {
    return { response, clock: this.#clock, seconds, pauseListening: this.#pauseListening };
  }
}
