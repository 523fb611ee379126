import { type Definitions, once } from './definitions.ts';

/** Figures as NVIDIA's AIPerf takes them without `--per-chunk-usage`. */
export const aiperfDefinitions: Definitions = {
  tool: 'AIPerf',
  version: '0.13.0',
  source: '`aiperf/metrics/types`, one file a metric; spreads in `aiperf/metrics/metric_dicts.py`',
  e2eMs: ({ lastMs }) => lastMs,
  tpotMs: ({ ttftMs, lastMs, outputTokens }) =>
    ttftMs === undefined || outputTokens < 2 ? undefined : once((lastMs - ttftMs) / (outputTokens - 1)),
  itlMs: 'chunkGaps',
  percentiles: 'linear',
  throughput: 'overRun',
  formulas: {
    ttft: '`time_to_first_token`: first response with content - start of the request.',
    tpot: '`inter_token_latency`: (`request_latency` - TTFT) / (output sequence length - 1), a value a request.',
    itl: '`inter_chunk_latency`: all gaps between responses with content, pooled.',
    e2e: '`request_latency`: last response with content - start of the request.',
    requests: '`request_throughput`: requests without an error / time of the profiling phase.',
    tokens: '`output_token_throughput`: their output tokens / the same time.',
    percentiles: 'linear, numpy.',
  },
  differences: [
    'Ramp and drain of each level are in every figure, throughput too.',
    'What it calls inter-token latency is our TPOT, with the first chunk taken for one token.',
    'Our ITL stands for its inter-chunk latency: a gap counts once, not by the tokens that it brought.',
    'Tokens of requests that failed or were cut off are not in the throughput.',
    'It counts tokens from the text unless --use-server-token-count is given; here the counts of the log stand.',
  ],
};
