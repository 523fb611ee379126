import type { Client } from '../clients/client.ts';
import { messageOf } from '../core/errors.ts';
import type { LoopReport } from '../machines/clientMachine.ts';
import type { PlannedRequest } from '../workload/promptDeck.ts';

/** Where the requests of a loop come from. */
export interface RequestSource {
  readonly draw: (request: number, warmup: boolean) => PlannedRequest;
  readonly promptOf: (planned: PlannedRequest) => string;
}

/** A request that only has to be sent. */
export interface ReadyRequest {
  readonly planned: PlannedRequest;
  readonly prepared: unknown;
}

/** Does all that can be done before a request is due. */
export function prepareRequest(
  { draw, promptOf }: RequestSource,
  adapter: Client,
  request: number,
  warmup: boolean,
): ReadyRequest {
  const planned = draw(request, warmup);
  const { promptTokens, maxNewTokens } = planned;
  const prompt = promptOf(planned);
  return { planned, prepared: adapter.prepareRequest({ request, prompt, promptTokens, maxNewTokens }) };
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
