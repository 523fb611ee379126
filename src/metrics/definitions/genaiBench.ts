import { type Definitions, once } from './definitions.ts';

/** Below this the tool takes the time of the output for noise, and has no TPOT. */
const shortestOutputMs = 1;

/** Figures as genai-bench takes them. */
export const genaiBenchDefinitions: Definitions = {
  tool: 'genai-bench',
  version: '0.0.5',
  source: '`genai_bench/metrics/request_metrics_collector.py` and `aggregated_metrics_collector.py`',
  e2eMs: ({ closedMs }) => closedMs,
  tpotMs: ({ ttftMs, closedMs, outputTokens }) => {
    if (ttftMs === undefined || outputTokens <= 1 || closedMs - ttftMs < shortestOutputMs) return undefined;
    return once((closedMs - ttftMs) / (outputTokens - 1));
  },
  percentiles: 'linear',
  throughput: 'overRun',
  formulas: {
    ttft: '`ttft`: first chunk with text - start.',
    tpot: '`tpot`: (end of the stream - first chunk) / (output tokens - 1); none where that time is under 1 ms.',
    e2e: '`e2e_latency`: end of the stream - start.',
    requests: '`num_completed_requests` / `run_duration`.',
    tokens: '`mean_output_throughput_tokens_per_s`: output tokens of completed requests / `run_duration`.',
    percentiles: 'linear, numpy.',
  },
  differences: [
    'Ramp and drain of each level are in every figure, throughput too.',
    'TPOT and e2e end with the stream, not with the last token.',
    'TPOT takes the first chunk for one token, however many came in it.',
    'It has no gaps between tokens, so ITL is absent.',
    'Tokens of requests that failed or were cut off are not in the throughput.',
  ],
};
