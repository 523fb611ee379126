import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';

/** Parameters of which a test names only those that it is about. */
export function parameters(given: Partial<SimulatorOptions> = {}): SimulatorOptions {
  return {
    max_num_seqs: 16,
    max_num_batched_tokens: 2048,
    kv_cache_tokens: 65536,
    step_base_ms: 6,
    step_per_seq_ms: 0.25,
    step_per_prefill_token_ms: 0.02,
    step_jitter: 0,
    simulator_seed: 1,
    fault: [],
    ...given,
  };
}

/** An engine that answers at once. */
export const instantly = { step_base_ms: 0, step_per_seq_ms: 0, step_per_prefill_token_ms: 0 };
