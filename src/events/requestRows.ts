import type { Writable } from '../core/writable.ts';
import type { Recorded, RequestCompleted, RequestSent, TokenSource } from './events.ts';

/**
 * Columns of a row as it is written. A new one may only be appended, and whoever reads it must expect rows without it:
 * the width of a row to be read is that of its block.
 */
export const sentColumns = 9;
/** Of a block whose requests are turns of conversations. */
export const conversationColumns = 10;
export const completedColumns = 21;

/** The few words that events repeat, by their number in a block. */
export class Words {
  readonly list: string[];

  constructor(list: readonly string[] = []) {
    this.list = [...list];
  }

  /** The number of a word; absent words have none. */
  numberOf(word: string | undefined): number {
    if (word === undefined) return Number.NaN;
    const known = this.list.indexOf(word);
    return known < 0 ? this.list.push(word) - 1 : known;
  }

  wordOf(number: number): string | undefined {
    return this.list[number];
  }
}

/** Writes an event as a row of numbers from `at` on. What is absent is NaN, which no stamp and no count can be. */
export function writeSent(rows: Float64Array, at: number, event: RequestSent): void {
  rows[at] = event.worker;
  rows[at + 1] = event.atMs;
  rows[at + 2] = event.level;
  rows[at + 3] = event.client;
  rows[at + 4] = event.request;
  rows[at + 5] = event.warmup ? 1 : 0;
  rows[at + 6] = event.scheduledAtMs;
  rows[at + 7] = event.promptTokens;
  rows[at + 8] = event.maxNewTokens;
}

/** Writes an event into a row of {@link conversationColumns}. */
export function writeSentInConversation(rows: Float64Array, at: number, event: RequestSent): void {
  writeSent(rows, at, event);
  rows[at + 9] = event.turn ?? Number.NaN;
}

/**
 * A count or a number of something. Handed on as a whole number where it is one: whatever comes out of an array of floats is an
 * object of its own otherwise, wherever it is kept, and slow to look things up by.
 */
export function countAt(rows: Float64Array, at: number): number {
  const value = rows[at] as number;
  const whole = value | 0;
  return whole === value ? whole : value;
}

export function readSent(rows: Float64Array, at: number, seq: number): Recorded<RequestSent> {
  return {
    type: 'request.sent',
    seq,
    worker: countAt(rows, at),
    atMs: rows[at + 1] as number,
    level: countAt(rows, at + 2),
    client: countAt(rows, at + 3),
    request: countAt(rows, at + 4),
    warmup: rows[at + 5] === 1,
    scheduledAtMs: rows[at + 6] as number,
    promptTokens: countAt(rows, at + 7),
    maxNewTokens: countAt(rows, at + 8),
  };
}

export function readSentInConversation(rows: Float64Array, at: number, seq: number): Recorded<RequestSent> {
  const event: Writable<Recorded<RequestSent>> = readSent(rows, at, seq);
  if (isThere(rows, at + 9)) event.turn = countAt(rows, at + 9);
  return event;
}

export function writeCompleted(rows: Float64Array, at: number, event: RequestCompleted, words: Words): void {
  rows[at] = event.worker;
  rows[at + 1] = event.atMs;
  rows[at + 2] = event.level;
  rows[at + 3] = event.client;
  rows[at + 4] = event.request;
  rows[at + 5] = event.warmup ? 1 : 0;
  rows[at + 6] = event.scheduledAtMs;
  rows[at + 7] = event.sentAtMs;
  rows[at + 8] = event.closedAtMs;
  rows[at + 9] = event.chunks;
  rows[at + 10] = event.streamed ? 1 : 0;
  rows[at + 11] = event.promptTokens;
  rows[at + 12] = event.outputTokens;
  rows[at + 13] = words.numberOf(event.tokenSource);
  rows[at + 14] = event.headersAtMs ?? Number.NaN;
  rows[at + 15] = event.firstEventAtMs ?? Number.NaN;
  rows[at + 16] = event.firstTokenAtMs ?? Number.NaN;
  rows[at + 17] = event.lastTokenAtMs ?? Number.NaN;
  rows[at + 18] = event.firstChunkTokens ?? Number.NaN;
  rows[at + 19] = event.serverPromptTokens ?? Number.NaN;
  rows[at + 20] = words.numberOf(event.finishReason);
}

export function readCompleted(rows: Float64Array, at: number, seq: number, words: Words): Recorded<RequestCompleted> {
  const event: Writable<Recorded<RequestCompleted>> = {
    type: 'request.completed',
    seq,
    worker: countAt(rows, at),
    atMs: rows[at + 1] as number,
    level: countAt(rows, at + 2),
    client: countAt(rows, at + 3),
    request: countAt(rows, at + 4),
    warmup: rows[at + 5] === 1,
    scheduledAtMs: rows[at + 6] as number,
    sentAtMs: rows[at + 7] as number,
    closedAtMs: rows[at + 8] as number,
    chunks: countAt(rows, at + 9),
    streamed: rows[at + 10] === 1,
    promptTokens: countAt(rows, at + 11),
    outputTokens: countAt(rows, at + 12),
    tokenSource: words.wordOf(rows[at + 13] as number) as TokenSource,
  };
  if (isThere(rows, at + 14)) event.headersAtMs = rows[at + 14] as number;
  if (isThere(rows, at + 15)) event.firstEventAtMs = rows[at + 15] as number;
  if (isThere(rows, at + 16)) event.firstTokenAtMs = rows[at + 16] as number;
  if (isThere(rows, at + 17)) event.lastTokenAtMs = rows[at + 17] as number;
  if (isThere(rows, at + 18)) event.firstChunkTokens = countAt(rows, at + 18);
  if (isThere(rows, at + 19)) event.serverPromptTokens = countAt(rows, at + 19);
  const finishReason = words.wordOf(rows[at + 20] as number);
  if (finishReason !== undefined) event.finishReason = finishReason;
  return event;
}

function isThere(rows: Float64Array, at: number): boolean {
  return !Number.isNaN(rows[at]);
}
