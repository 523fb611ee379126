import type { FailureKind, TokenSource } from '../events/events.ts';
import type { ServerFacts } from './serverFacts.ts';

/** What somebody says in a conversation. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** One request, before any protocol. */
export interface RequestSpec {
  readonly request: number;
  readonly prompt: string;
  /** Of the prompt and all that was said before. */
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** What was said before the prompt, first to last; empty for a first turn. Only clients that declare `conversations` meet it. */
  readonly earlier?: readonly ChatMessage[];
}

/** Where a started service can be reached; plain JSON, since it travels to the workers. */
export interface Service {
  readonly url?: string;
  /** Said at the head of the run, such as the address of the embedded server. */
  readonly description?: string;
  /** What was found out about the server. */
  readonly facts?: ServerFacts;
  /** How far answers have the drawn length, in words: `forced (ignore_eos)`. Shown by `check` beside the facts. */
  readonly lengths?: string;
  /** What a reader of the figures should know; shown, and kept in the log. */
  readonly warnings?: readonly string[];
}

/** What a server of ours needs at its start. */
export interface ServiceStart {
  /** The run's folder: a started server keeps its output there. */
  readonly folder: string;
  /** Takes words on how the start goes, for the live line. */
  readonly say: (words: string) => void;
  /** Takes words for a person should a server of ours end by itself later. */
  readonly onDeath: (message: string) => void;
  /** Aborted where the start is broken off. */
  readonly signal: AbortSignal;
}

/** Why an exchange ended badly. */
export interface Failure {
  readonly kind: FailureKind;
  /** One lower-case word or two: `refused`, `reset`, `truncated`, `status`, `notJson`, ... */
  readonly reason: string;
  /** The server's or the system's own words. */
  readonly message?: string;
  readonly httpStatus?: number;
  /** How long the server asks to wait before the request is sent again. */
  readonly retryAfterMs?: number;
}

/**
 * Where a client reports what happens at its socket, as it happens: each call is stamped before anything else is done.
 * Exactly one of `ended` and `failed` closes the exchange; what comes after is ignored.
 */
export interface Wire<Piece> {
  /** The request's head is handed to a connected socket. */
  sent(): void;
  /**
   * The request goes out once more, over a new connection: the server had closed the kept one before it could see it. The
   * exchange still begins with its first sending. @param failure what became of the first time
   */
  resent?(failure: Failure): void;
  /** The response's head has come. */
  headers(): void;
  /** A piece of the answer, as the network delivered it. It is read later, off the timing path. */
  received(piece: Piece): void;
  ended(): void;
  failed(failure: Failure): void;
}

/** Where a client says what it read. All stamps are those of the pieces. */
export interface AnswerRecord {
  /** An event of any kind that belongs to the answer, also one without output (a role, a finish reason). */
  event(atMs: number): void;
  /** Model output. `tokens` is given where the server tells how many are in it; `text` may be empty. */
  output(atMs: number, text: string, tokens?: number): void;
  /** The answer came in one piece: there is no first token to stamp. `raw` is the body, which must be JSON. */
  wholeText(text: string, raw: string): void;
  /** The number of tokens by a better source than the chunks. The best source wins. */
  counted(outputTokens: number, source: TokenSource, serverPromptTokens?: number): void;
  finished(reason: string): void;
}

/** Reads one answer, piece by piece. */
export interface ResponseReader<Piece> {
  /** @returns a failure that the piece itself reports (an error inside a stream), else nothing. */
  read(piece: Piece, atMs: number): Failure | undefined;
  /** No more will come. @returns a failure where the answer is not whole. */
  end(): Failure | undefined;
}

/** Ends an exchange before its time: closes the socket. Safe to call at any time, more than once. */
export type Cancel = () => void;

/** What every client must be able to do, by the names of {@link Client}. */
export const duties = [
  'startService',
  'stopService',
  'prepareRequest',
  'sendRequest',
  'processResponse',
  'close',
] as const satisfies readonly (keyof Client)[];

/**
 * What a protocol must do. One instance serves one simulated user of one worker (and has its connection); another, in
 * the main process, starts and stops the service. It keeps nothing from one request to the next but the connection, and
 * never retries inside an exchange.
 */
export interface Client<Prepared = unknown, Piece = unknown> {
  /**
   * Starts the server where that is ours to do, else only says where it is.
   * @throws SpeedometerError `serverUnreachable` where it does not start
   */
  startService(start: ServiceStart): Promise<Service>;
  /** Stops what was started, also where the start is not over or failed: leaves no process and no port. */
  stopService(): Promise<void>;
  /** Empties the server's prefix cache before a level, where it can. @returns whether it was emptied */
  flushPrefixCache?(): Promise<boolean>;
  /** Everything that can be done before the request is due. */
  prepareRequest(spec: RequestSpec): Prepared;
  sendRequest(prepared: Prepared, wire: Wire<Piece>): Cancel;
  processResponse(prepared: Prepared, answer: AnswerRecord): ResponseReader<Piece>;
  /** Closes the connection. */
  close(): void;
}
