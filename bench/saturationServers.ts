import type { SimulatedServer } from '../test/criteria/searchSaturation.ts';
import { parameters } from '../test/simulator/parameters.ts';

const jitter = { step_jitter: 0.2 };

/** The servers on which the search for the saturation point is checked. */
export const saturationServers: readonly (readonly [title: string, server: SimulatedServer])[] = [
  ['4 slots', { options: parameters({ max_num_seqs: 4, ...jitter }), promptTokens: 64, outputTokens: 32 }],
  [
    '16 slots, short answers',
    { options: parameters({ max_num_seqs: 16, ...jitter }), promptTokens: 64, outputTokens: 16 },
  ],
  [
    '16 slots, long answers',
    { options: parameters({ max_num_seqs: 16, ...jitter }), promptTokens: 128, outputTokens: 96 },
  ],
  ['32 slots', { options: parameters({ max_num_seqs: 32, ...jitter }), promptTokens: 64, outputTokens: 32 }],
  ['64 slots', { options: parameters({ max_num_seqs: 64, ...jitter }), promptTokens: 32, outputTokens: 24 }],
  [
    '2400 KV tokens',
    {
      options: parameters({ max_num_seqs: 64, kv_cache_tokens: 2400, ...jitter }),
      promptTokens: 128,
      outputTokens: 64,
    },
  ],
];
