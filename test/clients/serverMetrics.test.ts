import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readServerMetrics } from '../../src/clients/serverMetrics.ts';

const recordings = new URL('../../../shared/servers/recordings/', import.meta.url);

test.skipIf(!existsSync(recordings)).each([
  [
    'vllm-0.32.0/metrics.txt',
    {
      running: 0,
      waiting: 0,
      kvCacheRatio: 0,
      finishedRequests: 14,
      preemptions: 0,
      promptTokens: 112,
      outputTokens: 76,
      prefixCacheQueries: 112,
      prefixCacheHits: 0,
      ttft: { boundsMs: [1, 5, 10], counts: [0, 0, 0], count: 14, sumMs: 388.136625289917 },
    },
  ],
  [
    'llamacpp-11549/metrics.body',
    { running: 0, waiting: 0, promptTokens: 181, outputTokens: 59, prefixCacheQueries: 181, prefixCacheHits: 114 },
  ],
])('what %s says is read as the real server meant it', (name, figures) => {
  expect(readServerMetrics(readFileSync(new URL(name, recordings), 'utf8'))).toEqual(figures);
});

test.each([
  [
    'older names of vLLM',
    'vllm:gpu_cache_usage_perc 0.25\nvllm:gpu_prefix_cache_queries 8',
    { kvCacheRatio: 0.25, prefixCacheQueries: 8 },
  ],
  [
    'two engines: requests add up, shares are averaged',
    'vllm:num_requests_running{engine="0"} 3\nvllm:num_requests_running{engine="1"} 4\nvllm:kv_cache_usage_perc{engine="0"} 0.2\nvllm:kv_cache_usage_perc{engine="1"} 0.4',
    { running: 7, kvCacheRatio: expect.closeTo(0.3) },
  ],
  [
    'reasons of one counter',
    'vllm:request_success_total{finished_reason="stop"} 2\nvllm:request_success_total{finished_reason="length"} 5',
    { finishedRequests: 7 },
  ],
  [
    'tensor-parallel ranks, which all run the same requests',
    'sglang:num_running_reqs{tp_rank="0",dp_rank="0"} 3\nsglang:num_running_reqs{tp_rank="1",dp_rank="0"} 3\nsglang:num_running_reqs{tp_rank="0",dp_rank="1"} 2',
    { running: 5 },
  ],
  [
    'hits of SGLang by their source',
    'sglang:prompt_tokens_total 100\nsglang:cached_tokens_total{cache_source="device"} 20\nsglang:cached_tokens_total{cache_source="host"} 5',
    { promptTokens: 100, prefixCacheQueries: 100, prefixCacheHits: 25 },
  ],
  [
    'TGI, whose tokens are sums of histograms',
    'tgi_queue_size 7\ntgi_batch_current_size 4\ntgi_request_success 44\ntgi_request_generated_tokens_sum 8123\ntgi_request_generated_tokens_bucket{le="1"} 0',
    { running: 4, waiting: 7, finishedRequests: 44, outputTokens: 8123 },
  ],
  [
    'Triton: a state of TensorRT-LLM is a label, and an ensemble counts a request once for each of its models',
    'nv_trt_llm_request_metrics{request_type="scheduled"} 4\nnv_trt_llm_request_metrics{request_type="max"} 512\nnv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction"} 0.6\nnv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="used"} 60\nnv_inference_request_success{model="ensemble"} 9\nnv_inference_request_success{model="tensorrt_llm"} 9',
    { running: 4, kvCacheRatio: 0.6, finishedRequests: 9 },
  ],
  [
    'a histogram of milliseconds, over two models',
    'nv_inference_first_response_histogram_ms_bucket{model="a",le="100"} 1\nnv_inference_first_response_histogram_ms_bucket{model="b",le="100"} 2\nnv_inference_first_response_histogram_ms_bucket{model="a",le="+Inf"} 4\nnv_inference_first_response_histogram_ms_count{model="a"} 4\nnv_inference_first_response_histogram_ms_count{model="b"} 2\nnv_inference_first_response_histogram_ms_sum{model="a"} 900\nnv_inference_first_response_histogram_ms_sum{model="b"} 30',
    { ttft: { boundsMs: [100], counts: [3], count: 6, sumMs: 930 } },
  ],
  ['a figure that has no value yet', 'vllm:num_requests_running 1\nvllm:kv_cache_usage_perc NaN', { running: 1 }],
])('%s', (_, page, figures) => {
  expect(readServerMetrics(page)).toEqual(figures);
});

test.each(['', '<html>Not Found</html>', 'process_cpu_seconds_total 3\nhttp_requests_total 9'])(
  'a page without a figure that is known (%j) is none',
  (page) => {
    expect(readServerMetrics(page)).toBeUndefined();
  },
);

test.each([
  ['a negative gauge', 'vllm:num_requests_running -1', 'vllm:num_requests_running', -1],
  ['more than all of the cache', 'vllm:kv_cache_usage_perc 1.5', 'vllm:kv_cache_usage_perc', 1.5],
  ['no number', 'vllm:kv_cache_usage_perc NaN', 'vllm:kv_cache_usage_perc', Number.NaN],
  ['more than can be counted', 'vllm:prompt_tokens_total 1e300', 'vllm:prompt_tokens_total', 1e300],
  [
    'one engine that is wrong, whose sum with others would be',
    'vllm:num_requests_running{engine="0"} 3\nvllm:num_requests_running{engine="1"} -3',
    'vllm:num_requests_running',
    -3,
  ],
  [
    'a bucket that is wrong, with its histogram',
    'vllm:time_to_first_token_seconds_bucket{le="1"} -2\nvllm:time_to_first_token_seconds_count 4\nvllm:time_to_first_token_seconds_sum 1',
    'vllm:time_to_first_token_seconds_bucket',
    -2,
  ],
])('%s is left out, and told', (_, page, name, value) => {
  const told: unknown[] = [];
  const figures = readServerMetrics(`vllm:num_requests_waiting 2\n${page}`, (sample) => told.push(sample));
  expect(figures).toEqual({ waiting: 2 });
  expect(told).toEqual([expect.objectContaining({ name, value })]);
});
