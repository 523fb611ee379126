import type { Definitions } from './definitions.ts';

/** Figures of successful requests as GuideLLM takes them. */
export const guidellmDefinitions: Definitions = {
  tool: 'GuideLLM',
  version: '0.8.1',
  source: '`guidellm/schemas/base/request_stats.py` and `statistics.py`; weights in `benchmark/schemas/metrics.py`',
  e2eMs: ({ closedMs }) => closedMs,
  tpotMs: ({ ttftMs, lastMs, outputTokens }) =>
    ttftMs === undefined || outputTokens === 0 ? undefined : { valueMs: lastMs / outputTokens, weight: outputTokens },
  itlMs: ({ ttftMs, lastMs, outputTokens }) =>
    ttftMs === undefined || outputTokens <= 1
      ? undefined
      : { valueMs: (lastMs - ttftMs) / (outputTokens - 1), weight: outputTokens - 1 },
  percentiles: 'stepped',
  throughput: 'overRun',
  formulas: {
    ttft: '`time_to_first_token_ms`: first iteration with a token - start of the request.',
    tpot: '`time_per_output_token_ms`: (last token - start of the request) / output tokens, weighted by the output tokens.',
    itl: '`inter_token_latency_ms`: (last token - first token) / (output tokens - 1) of a request, weighted by output tokens - 1.',
    e2e: '`request_latency`: end of the answer - start of the request.',
    requests: '`requests_per_second`: successful requests / time from the first start to the last end.',
    tokens: '`output_tokens_per_second`: their output tokens / the same time.',
    percentiles: 'the smallest value with at least that share of the weight below or at it.',
  },
  differences: [
    'Ramp and drain of each level are in every figure, throughput too.',
    'TPOT has the time to the first token in it: it is e2e to the last token / tokens.',
    'ITL is a mean of each request, weighted by its tokens: a stall within a request cannot be seen.',
    'e2e ends with the stream, not with the last token.',
    'Percentiles are values that occurred, not between two of them.',
    'Tokens of requests that failed or were cut off are not in the throughput.',
  ],
};
