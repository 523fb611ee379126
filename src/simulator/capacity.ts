import type { RequestLengths } from './simulateClosedLoop.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

export type CapacityLimit = 'clients' | 'slots' | 'kvTokens' | 'prefill';

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
 * The bound is not always reached: where the two least bounds lie close together, prompts or clients that move in
 * groups get into each other's way. Against the engine it errs by less than 2 % where they lie 15 % apart, and by less
 * than 6 % anywhere (`test/simulator/capacity.test.ts`). Of a lone client's pause between two requests it knows nothing.
 */
export function capacityAt(options: SimulatorOptions, lengths: RequestLengths, clients: number): Capacity {
  const { step_base_ms, step_per_seq_ms, step_per_prefill_token_ms } = options;
  const { promptTokens, outputTokens } = lengths;
  const [{ limit, requestsPerStep }] = stepBounds(options, lengths, clients);
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
export interface StepBound {
  readonly limit: CapacityLimit;
  readonly requestsPerStep: number;
}

/** The four bounds of {@link capacityAt}, least first. */
export function stepBounds(
  options: SimulatorOptions,
  { promptTokens, outputTokens }: RequestLengths,
  clients: number,
): readonly [StepBound, ...StepBound[]] {
  const { max_num_seqs, max_num_batched_tokens, kv_cache_tokens } = options;
  const stepsInSlot = Math.ceil(promptTokens / max_num_batched_tokens) + outputTokens - 1;
  const missedSteps = clients > 1 ? 1 : 0;
  const ofClients: StepBound = { limit: 'clients', requestsPerStep: clients / (stepsInSlot + missedSteps) };
  const ofServer: readonly StepBound[] = [
    { limit: 'slots', requestsPerStep: max_num_seqs / stepsInSlot },
    { limit: 'kvTokens', requestsPerStep: Math.floor(kv_cache_tokens / (promptTokens + outputTokens)) / stepsInSlot },
    { limit: 'prefill', requestsPerStep: max_num_batched_tokens / promptTokens },
  ];
  const [least = ofClients, ...others] = [...ofServer, ofClients].sort((a, b) => a.requestsPerStep - b.requestsPerStep);
  return [least, ...others];
}
