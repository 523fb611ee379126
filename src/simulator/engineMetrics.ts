import type { BatchingEngine } from './batchingEngine.ts';
import { PrometheusHistogram } from './prometheusHistogram.ts';

const requestSeconds = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const tokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const firstTokenSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];

/** What `/metrics` tells: vLLM's names, buckets and labels. Times are those of the engine, not of the network. */
export class EngineMetrics {
  promptTokens = 0;
  generationTokens = 0;
  finishedRequests = 0;
  readonly timeToFirstToken = new PrometheusHistogram(firstTokenSeconds);
  readonly interTokenLatency = new PrometheusHistogram(tokenSeconds);
  readonly timePerOutputToken = new PrometheusHistogram(tokenSeconds);
  readonly endToEndLatency = new PrometheusHistogram(requestSeconds);

  /** Text format 0.0.4. */
  render(engine: BatchingEngine, kvCacheTokens: number, model: string): string {
    const labels = `engine="0",model_name="${escapeLabel(model)}"`;
    const single = (type: 'gauge' | 'counter', name: string, help: string, value: number, more = '') =>
      `# HELP vllm:${name} ${help}\n# TYPE vllm:${name} ${type}\nvllm:${name}{${labels}${more}} ${value}\n`;
    return [
      single('gauge', 'num_requests_running', 'Requests that hold a slot.', engine.running),
      single('gauge', 'num_requests_waiting', 'Requests that wait for a slot.', engine.waiting),
      single('gauge', 'kv_cache_usage_perc', 'KV tokens in use; 1 is all.', engine.reservedTokens / kvCacheTokens),
      // A sequence gets all of its KV tokens before it starts, and no two share any.
      single('counter', 'num_preemptions_total', 'Sequences that lost their slot.', 0),
      single('counter', 'prefix_cache_queries_total', 'Tokens looked up in the prefix cache: there is none.', 0),
      single('counter', 'prefix_cache_hits_total', 'Tokens found in the prefix cache.', 0),
      single('counter', 'prompt_tokens_total', 'Prompt tokens prefilled.', this.promptTokens),
      single('counter', 'generation_tokens_total', 'Tokens generated.', this.generationTokens),
      single(
        'counter',
        'request_success_total',
        'Finished requests.',
        this.finishedRequests,
        ',finished_reason="length"',
      ),
      this.timeToFirstToken.render('vllm:time_to_first_token_seconds', 'Arrival to first token.', labels),
      this.interTokenLatency.render('vllm:inter_token_latency_seconds', 'From token to token.', labels),
      this.timePerOutputToken.render(
        'vllm:request_time_per_output_token_seconds',
        'Mean time of each token but the first, of a request.',
        labels,
      ),
      this.endToEndLatency.render('vllm:e2e_request_latency_seconds', 'Arrival to last token.', labels),
    ].join('');
  }
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
