import type { ChatMessage, Client } from '../clients/client.ts';
import type { RequestOutcome } from '../events/events.ts';
import type { PlannedRequest } from '../workload/promptDeck.ts';
import { prepareRequest, type ReadyRequest, type RequestSource, readyRequest } from './loopSteps.ts';

/** Where a client has its measured requests from, one after the other. */
export interface RequestFeed {
  /** Prepares the next request. @returns nothing where there is none */
  next(): ReadyRequest | undefined;
  /** Hears each answer. Where it is there, no request is prepared before the answer to the one before it was heard. */
  readonly hear?: (outcome: RequestOutcome, answer: string) => void;
}

/** Requests of which all is known beforehand. */
export function plannedFeed(source: RequestSource, adapter: Client, requests: Iterator<number>): RequestFeed {
  return {
    next() {
      const next = requests.next();
      return next.done === true ? undefined : prepareRequest(source, adapter, next.value, false);
    },
  };
}

/**
 * Turns of conversations that bring along what the server really answered. Where a turn has no answer with words its conversation
 * is over: the turns behind it are never sent.
 */
export function answeredFeed(source: RequestSource, adapter: Client, requests: Iterator<number>): RequestFeed {
  const { draw, promptOf } = source;
  let earlier: readonly ChatMessage[] = [];
  let isOver = false;
  /** Tokens by which the answers until now were longer than they were planned to be. */
  let surplus = 0;
  let asked: PlannedRequest | undefined;

  function nextTurn(): PlannedRequest | undefined {
    for (let next = requests.next(); next.done !== true; next = requests.next()) {
      const planned = draw(next.value, false);
      if (planned.turn === 1) {
        earlier = [];
        surplus = 0;
        isOver = false;
      }
      if (!isOver) return planned;
    }
    return undefined;
  }

  return {
    next() {
      const planned = nextTurn();
      if (planned === undefined) return undefined;
      asked = surplus === 0 ? planned : { ...planned, promptTokens: planned.promptTokens + surplus };
      return readyRequest(adapter, asked, promptOf(asked), earlier);
    },
    hear(outcome, answer) {
      if (asked === undefined) return;
      if (outcome.type === 'request.failed' || answer === '') {
        isOver = true;
        return;
      }
      surplus += outcome.outputTokens - asked.maxNewTokens;
      earlier = [...earlier, { role: 'user', content: promptOf(asked) }, { role: 'assistant', content: answer }];
    },
  };
}
