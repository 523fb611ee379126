import type { Definitions } from './definitions.ts';

/** Figures as the Python DeepSpeedometer takes them, which this tool replaces. */
export const seedDefinitions: Definitions = {
  tool: 'the Python DeepSpeedometer',
  source: 'its result files: `request_time` of each answer, and clients / its mean',
  e2eMs: ({ closedMs }) => closedMs,
  percentiles: 'linear',
  throughput: 'overLatency',
  formulas: {
    e2e: '`request_time`: end of the answer - sending.',
    requests: 'clients / mean `request_time`.',
    percentiles: 'linear, numpy.',
  },
  differences: [
    'Throughput is not measured over time: clients / mean latency is what it would be if every client were always waiting for an answer.',
    'Ramp and drain of each level are in every figure.',
    'e2e ends with the answer, not with the last token; nothing is known of tokens, so TTFT, TPOT, ITL and tokens/s are absent.',
  ],
};
