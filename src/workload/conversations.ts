import type { History } from './datasets/measuredRow.ts';

/** Rows of a table that are turns of conversations; travels to workers. */
export interface Conversations {
  readonly history: History;
  /** Which turn of its conversation each row is, from 1. */
  readonly turns: Uint32Array;
  /** The row that each conversation begins with, ascending; behind them the number of rows. */
  readonly firstRows: Uint32Array;
  /** Where the prompt of each row ends in the text; behind it stands the recorded answer, where it is sent. */
  readonly ends: Uint32Array;
  /** Tokens of each prompt without what was said before. */
  readonly ownTokens: Uint32Array;
}

/** The requests of a run as turns: conversation after conversation, then from the first on again. Pure functions of numbers. */
export interface ConversationOrder {
  readonly history: History;
  /** Which turn of its conversation a request is, from 1. */
  readonly turnOf: (request: number) => number;
  /** The request that begins a conversation; conversations are numbered from 0 over the run. */
  readonly startOf: (conversation: number) => number;
  /** The first conversation that begins with a request or behind it. */
  readonly notBefore: (request: number) => number;
}

/** The order of a table's conversations. */
export function conversationOrder({ history, turns, firstRows }: Conversations): ConversationOrder {
  const rows = turns.length;
  const count = firstRows.length - 1;
  return {
    history,
    turnOf: (request) => turns[request % rows] as number,
    startOf: (conversation) => Math.floor(conversation / count) * rows + (firstRows[conversation % count] as number),
    notBefore: (request) => Math.floor(request / rows) * count + firstAtLeast(firstRows, request % rows),
  };
}

/** Which requests a level sends. */
export interface LevelRequests {
  readonly firstRequest: number;
  /** So many, over all clients. */
  readonly planned: number;
  readonly clients: number;
}

/**
 * The requests of one client: with conversations, client c of N holds those numbered c, c + N, c + 2 N ... from the level's first
 * one on, turn by turn, until it has sent its share; else it sends requests c, c + N, c + 2 N ... The same ones whatever the number of workers.
 */
export function* requestsOf(
  { firstRequest, planned, clients }: LevelRequests,
  client: number,
  order?: ConversationOrder,
): Generator<number, void, undefined> {
  const end = firstRequest + planned;
  if (order === undefined) {
    for (let request = firstRequest + client; request < end; request += clients) yield request;
    return;
  }
  let left = Math.ceil((planned - client) / clients);
  for (let conversation = order.notBefore(firstRequest) + client; left > 0; conversation += clients) {
    const behind = order.startOf(conversation + 1);
    for (let request = order.startOf(conversation); request < behind && left > 0; request++, left--) yield request;
  }
}

/** All requests of a level, client by client. */
export function* levelRequests(level: LevelRequests, order?: ConversationOrder): Generator<number, void, undefined> {
  if (order === undefined) yield* requestsOf({ ...level, clients: 1 }, 0);
  else for (let client = 0; client < level.clients; client++) yield* requestsOf(level, client, order);
}

/** How many numbers the requests of a level are spread over: those of turns that nobody comes to are among them. */
export function numbersSpanned(level: LevelRequests, order?: ConversationOrder): number {
  const { firstRequest, planned, clients } = level;
  if (order === undefined) return planned;
  let last = firstRequest - 1;
  for (let client = 0; client < clients; client++) {
    let left = Math.ceil((planned - client) / clients);
    for (let conversation = order.notBefore(firstRequest) + client; left > 0; conversation += clients) {
      const behind = order.startOf(conversation + 1);
      left -= behind - order.startOf(conversation);
      last = Math.max(last, behind - 1);
    }
  }
  return last + 1 - firstRequest;
}

/** How many conversations a level begins. */
export function conversationsBegun(level: LevelRequests, order: ConversationOrder): number {
  let begun = 0;
  for (const request of levelRequests(level, order)) if (order.turnOf(request) === 1) begun++;
  return begun;
}

/** The first index at which ascending numbers are not below a value. */
function firstAtLeast(ascending: Uint32Array, value: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
