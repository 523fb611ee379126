import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { AnswerWriter } from '../answerWriter.ts';

/** The exchange that a fault was drawn for. */
export interface FaultyExchange {
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** How long the fault lasts, in s, where it lasts. */
  readonly seconds: number;
  /** Closes the listening socket for a while: whoever connects is refused. */
  pauseListening(ms: number): void;
}

/** One way to misbehave. What it has of the three hooks is used, in this order. */
export interface Fault {
  /** Completes "the server ...". */
  readonly does: string;
  /** How long it lasts where nothing else is said; absent where it has no length. */
  readonly seconds?: number;
  /** The request is read only after its time. */
  readonly readsLate?: boolean;
  /** Ends the exchange in place of the engine. */
  readonly answer?: (exchange: FaultyExchange) => void;
  /** Stands between the engine and the socket. @param tokens how many the answer has */
  readonly alter?: (writer: AnswerWriter, exchange: FaultyExchange, tokens: number) => AnswerWriter;
}
