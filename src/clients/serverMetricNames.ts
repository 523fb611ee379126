/** The single numbers that are looked for on a page of metrics. */
export type ServerFigureName =
  | 'running'
  | 'waiting'
  | 'kvCacheRatio'
  | 'finishedRequests'
  | 'preemptions'
  | 'promptTokens'
  | 'outputTokens'
  | 'prefixCacheQueries'
  | 'prefixCacheHits';

/** One figure, under the names that servers give it. */
export interface MetricSource {
  /** Old spellings of a name, and those with and without `_total`, stand beside the new one; no server sends both. */
  readonly names: readonly string[];
  /** Only samples with these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How several samples (engines, models, reasons) make one figure; `sum` unless given. */
  readonly combine?: 'sum' | 'mean' | 'most';
}

/** The histogram of the time to first token. */
export interface HistogramSource {
  readonly name: string;
  /** What one of its units is in ms. */
  readonly unitMs: number;
}

/** What one kind of server calls its figures. */
export interface MetricDialect {
  readonly sources: Readonly<Partial<Record<ServerFigureName, MetricSource>>>;
  readonly ttft?: HistogramSource;
}

/** Counters of Python's Prometheus client: with `_total` as they are sent, without as older versions did. */
function counter(...names: readonly string[]): MetricSource {
  return { names: names.flatMap((name) => [`${name}_total`, name]) };
}

function named(...names: readonly string[]): MetricSource {
  return { names };
}

/**
 * What servers call their figures. vLLM (also the embedded server) and llama.cpp: from what the real ones sent; SGLang,
 * TGI and Triton: from their sources and documents.
 */
export const metricDialects = {
  vllm: {
    sources: {
      running: named('vllm:num_requests_running'),
      waiting: named('vllm:num_requests_waiting'),
      kvCacheRatio: { names: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'], combine: 'mean' },
      finishedRequests: counter('vllm:request_success'),
      preemptions: counter('vllm:num_preemptions'),
      promptTokens: counter('vllm:prompt_tokens'),
      outputTokens: counter('vllm:generation_tokens'),
      prefixCacheQueries: counter('vllm:prefix_cache_queries', 'vllm:gpu_prefix_cache_queries'),
      prefixCacheHits: counter('vllm:prefix_cache_hits', 'vllm:gpu_prefix_cache_hits'),
    },
    ttft: { name: 'vllm:time_to_first_token_seconds', unitMs: 1000 },
  },
  sglang: {
    sources: {
      running: named('sglang:num_running_reqs'),
      waiting: named('sglang:num_queue_reqs'),
      kvCacheRatio: { names: ['sglang:token_usage'], combine: 'mean' },
      finishedRequests: counter('sglang:num_requests'),
      // Not num_retracted_reqs, which is a gauge of the last batch.
      preemptions: counter('sglang:num_retracted_requests'),
      promptTokens: counter('sglang:prompt_tokens'),
      outputTokens: counter('sglang:generation_tokens'),
      // Its cache_hit_rate is that of the last batch; these two are of all prompts.
      prefixCacheQueries: counter('sglang:prompt_tokens'),
      prefixCacheHits: counter('sglang:cached_tokens'),
    },
    ttft: { name: 'sglang:time_to_first_token_seconds', unitMs: 1000 },
  },
  tgi: {
    sources: {
      running: named('tgi_batch_current_size'),
      waiting: named('tgi_queue_size'),
      finishedRequests: counter('tgi_request_success'),
      promptTokens: named('tgi_request_input_length_sum'),
      outputTokens: named('tgi_request_generated_tokens_sum'),
    },
  },
  triton: {
    sources: {
      running: { names: ['nv_trt_llm_request_metrics'], labels: { request_type: 'scheduled' } },
      waiting: named('nv_inference_pending_request_count'),
      kvCacheRatio: {
        names: ['nv_trt_llm_kv_cache_block_metrics'],
        labels: { kv_cache_block_type: 'fraction' },
        combine: 'mean',
      },
      // Each model of an ensemble counts the same request.
      finishedRequests: { names: ['nv_inference_request_success'], combine: 'most' },
    },
    ttft: { name: 'nv_inference_first_response_histogram_ms', unitMs: 1 },
  },
  llamacpp: {
    sources: {
      running: named('llamacpp:requests_processing'),
      waiting: named('llamacpp:requests_deferred'),
      promptTokens: counter('llamacpp:prompt_tokens', 'llamacpp:prompt_tokens_cached'),
      outputTokens: counter('llamacpp:tokens_predicted'),
      // Its prompt_tokens leave out what came from the cache.
      prefixCacheQueries: counter('llamacpp:prompt_tokens', 'llamacpp:prompt_tokens_cached'),
      prefixCacheHits: counter('llamacpp:prompt_tokens_cached'),
    },
  },
} as const satisfies Readonly<Record<string, MetricDialect>>;
