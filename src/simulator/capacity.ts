import type { RequestLengths } from './simulateClosedLoop.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

type CapacityLimit = 'clients' | 'slots' | 'kvTokens' | 'prefill';

/** What closed-loop clients get out of the server in the long run. */
export interface Capacity {
  readonly requestsPerSec: number;
  readonly outputTokensPerSec: number;
  /** Mean time from sending to the last token, waiting included. */
  readonly e2eMs: number;
  /** What there is too little of. */
  readonly limitedBy: CapacityLimit;
}

/**
 * The true curve at one load: `clients` closed-loop clients that send requests of fixed lengths, without a pause.
 *
 * A step's cost is linear in what it does, so its mean follows from `x`, the requests completed per step: with prompts
 * of P and answers of G tokens a step decodes `x (G - 1)` sequences and prefills `x P` tokens on average. Hence
 *
 *     requests/s = x / (step_base + x ((G - 1) step_per_seq + P step_per_prefill_token))
 *
 * exactly, jitter or not (its mean is 1). A request holds a slot for `s = ceil(P / max_num_batched_tokens) + G - 1`
 * steps: those of its prefill, the last of which yields the first token, and one for each further token. So `x` is
 * bounded by each of
 *
 *     slots     max_num_seqs / s
 *     kvTokens  floor(kv_cache_tokens / (P + G)) / s
 *     prefill   max_num_batched_tokens / P
 *     clients   clients / (s + 1), as a request that comes while a step runs misses it; a lone client misses none
 *
 * and is taken to be the least of them. By Little's law `e2e = clients / (requests/s)`.
 *
 * The bound is not always reached: a step in which prompts do not fit together, and clients that move in groups, lose
 * a little. Driven against the engine on virtual time (`test/simulator/capacity.test.ts`) it is within 2 % for answers
 * of 8 tokens or more. For shorter ones it can be too high, by 24 % in the worst of 7,000 random sets of parameters.
 * With lengths that vary, P and G are their means; `kvTokens` then is only a rough bound. Of a pause between two requests
 * it knows nothing: with one client the server is idle for that long.
 */
export function capacityAt(options: SimulatorOptions, lengths: RequestLengths, clients: number): Capacity {
  const { step_base_ms, step_per_seq_ms, step_per_prefill_token_ms } = options;
  const { promptTokens, outputTokens } = lengths;
  const { limit, requestsPerStep } = leastBound(options, lengths, clients);
  const requestMs = step_per_seq_ms * (outputTokens - 1) + step_per_prefill_token_ms * promptTokens;
  const requestsPerSec = (1000 * requestsPerStep) / (step_base_ms + requestsPerStep * requestMs);
  return {
    requestsPerSec,
    outputTokensPerSec: requestsPerSec * outputTokens,
    e2eMs: (1000 * clients) / requestsPerSec,
    limitedBy: limit,
  };
}

/** What the server gives at most, however many clients there are; its `e2eMs` is infinite. */
export function plateauOf(options: SimulatorOptions, lengths: RequestLengths): Capacity {
  return capacityAt(options, lengths, Number.POSITIVE_INFINITY);
}

/**
 * The saturation point of a sweep, as its report would find it without noise: the smallest load of the ladder whose
 * throughput reaches 95 % of the highest. Undefined where the last load still gained over 5 %, or the ladder is empty.
 */
export function saturationClients(
  options: SimulatorOptions,
  lengths: RequestLengths,
  ladder: readonly number[],
): number | undefined {
  const levels = ladder
    .toSorted((a, b) => a - b)
    .map((clients) => ({ clients, perSec: capacityAt(options, lengths, clients).requestsPerSec }));
  const highest = levels.at(-1)?.perSec ?? 0;
  if (highest > 1.05 * (levels.at(-2)?.perSec ?? 0)) return undefined;
  return levels.find(({ perSec }) => perSec >= 0.95 * highest)?.clients;
}

/** An upper bound of the requests that are completed per step. */
interface StepBound {
  readonly limit: CapacityLimit;
  readonly requestsPerStep: number;
}

function leastBound(
  options: SimulatorOptions,
  { promptTokens, outputTokens }: RequestLengths,
  clients: number,
): StepBound {
  const { max_num_seqs, max_num_batched_tokens, kv_cache_tokens } = options;
  const stepsInSlot = Math.ceil(promptTokens / max_num_batched_tokens) + outputTokens - 1;
  const missedSteps = clients > 1 ? 1 : 0;
  const bounds: readonly StepBound[] = [
    { limit: 'slots', requestsPerStep: max_num_seqs / stepsInSlot },
    { limit: 'kvTokens', requestsPerStep: Math.floor(kv_cache_tokens / (promptTokens + outputTokens)) / stepsInSlot },
    { limit: 'prefill', requestsPerStep: max_num_batched_tokens / promptTokens },
    { limit: 'clients', requestsPerStep: clients / (stepsInSlot + missedSteps) },
  ];
  return bounds.reduce((least, bound) => (bound.requestsPerStep < least.requestsPerStep ? bound : least));
}
