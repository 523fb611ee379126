import { z } from 'zod';

const seconds = z.number().nullish();

const request = z.looseObject({
  info: z.looseObject({
    status: z.string(),
    error: z.string().nullish(),
    timings: z.looseObject({
      request_start: seconds,
      first_token_iteration: seconds,
      last_token_iteration: seconds,
      request_end: seconds,
      resolve_end: seconds,
      token_iterations: z.number().nullish(),
    }),
  }),
  input_metrics: z.looseObject({ total_tokens: z.number().nullish() }),
  output_metrics: z.looseObject({ total_tokens: z.number().nullish() }),
});

const benchmark = z.looseObject({
  start_time: z.number(),
  end_time: z.number(),
  config: z.looseObject({
    strategy: z.looseObject({ type_: z.string(), streams: z.number().nullish(), rate: z.number().nullish() }),
  }),
  requests: z.looseObject({
    successful: z.array(request).nullish(),
    errored: z.array(request).nullish(),
    incomplete: z.array(request).nullish(),
  }),
  metrics: z.record(z.string(), z.unknown()),
});

/** What is read of the JSON report of GuideLLM. Stamps are seconds since 1970. */
export const guidellmReport = z.looseObject({
  metadata: z.looseObject({}),
  config: z
    .looseObject({
      spec: z
        .looseObject({
          backend: z.looseObject({ model: z.string().nullish(), stream: z.boolean().nullish() }).nullish(),
          tokenizer: z.looseObject({ model: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  benchmarks: z.array(benchmark).min(1),
});

export type GuidellmBenchmark = z.output<typeof benchmark>;
export type GuidellmRequest = z.output<typeof request>;
