import { type Definitions, once } from './definitions.ts';

/** Figures as `vllm bench serve` takes them. */
export const vllmDefinitions: Definitions = {
  tool: 'vllm bench serve',
  version: '0.33.0',
  source: '`calculate_metrics` in `vllm/benchmarks/serve.py`; stamps in `lib/endpoint_request_func.py`',
  e2eMs: ({ lastMs }) => lastMs,
  tpotMs: ({ ttftMs, lastMs, outputTokens }) =>
    ttftMs === undefined || outputTokens <= 1 ? undefined : once((lastMs - ttftMs) / (outputTokens - 1)),
  itlMs: 'chunkGaps',
  percentiles: 'linear',
  throughput: 'overRun',
  formulas: {
    ttft: '`ttft`: first chunk with output - sending.',
    tpot: '`tpot`: (last chunk - first chunk) / (output tokens - 1), of answers of more than one token.',
    itl: '`itl`: all gaps between chunks, pooled, whatever the number of tokens in them.',
    e2e: '`e2el`: last chunk - sending.',
    requests: '`request_throughput`: completed requests / duration of the run.',
    tokens: '`output_throughput`: output tokens of completed requests / duration of the run.',
    percentiles: 'linear, numpy.',
  },
  differences: [
    'Ramp and drain of each level are in every figure, throughput too.',
    'TPOT takes the first chunk for one token, however many came in it.',
    'ITL counts a gap once, not by the tokens that it brought: with several tokens a chunk it is larger than TPOT.',
    'Tokens of requests that failed or were cut off are not in the throughput.',
  ],
};
