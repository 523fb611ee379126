import type { ChatMessage, Client } from '../clients/client.ts';
import { messageOf } from '../core/errors.ts';
import type { LoopReport } from '../machines/clientMachine.ts';
import type { PlannedRequest } from '../workload/promptDeck.ts';

/** Where the requests of a loop come from. */
export interface RequestSource {
  readonly draw: (request: number, warmup: boolean) => PlannedRequest;
  readonly promptOf: (planned: PlannedRequest) => string;
  /** What was said before, where requests are turns of conversations. */
  readonly earlierOf?: (planned: PlannedRequest) => readonly ChatMessage[];
}

/** A request that only has to be sent. */
export interface ReadyRequest {
  readonly planned: PlannedRequest;
  readonly prepared: unknown;
}

/** Does all that can be done before a request is due. */
export function prepareRequest(
  { draw, promptOf, earlierOf }: RequestSource,
  adapter: Client,
  request: number,
  warmup: boolean,
): ReadyRequest {
  const planned = draw(request, warmup);
  return readyRequest(adapter, planned, promptOf(planned), earlierOf?.(planned));
}

/** Lets a client prepare a request whose texts are known. */
export function readyRequest(
  adapter: Client,
  planned: PlannedRequest,
  prompt: string,
  earlier?: readonly ChatMessage[],
): ReadyRequest {
  const { request, promptTokens, maxNewTokens } = planned;
  const prepared =
    earlier === undefined
      ? adapter.prepareRequest({ request, prompt, promptTokens, maxNewTokens })
      : adapter.prepareRequest({ request, prompt, promptTokens, maxNewTokens, earlier });
  return { planned, prepared };
}

/** Runs steps of a loop; what one throws is reported. */
export function guardWith(report: (event: LoopReport) => void) {
  return (step: () => void): void => {
    try {
      step();
    } catch (thrown) {
      report({ type: 'loop.failed', message: messageOf(thrown) });
    }
  };
}
