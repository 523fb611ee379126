import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExchangeDesk } from '../../src/actors/exchangeDesk.ts';
import { AnthropicGrammar } from '../../src/clients/anthropic.ts';
import type { AnswerRecord, Client, ResponseReader, Wire } from '../../src/clients/client.ts';
import { EmbeddingsReader } from '../../src/clients/embeddingsReader.ts';
import { FastgenReader } from '../../src/clients/fastgenReader.ts';
import { GenerateReader } from '../../src/clients/generateReader.ts';
import { LlamacppGrammar } from '../../src/clients/llamacpp.ts';
import { MessagesReader } from '../../src/clients/messagesReader.ts';
import { OllamaGrammar } from '../../src/clients/ollama.ts';
import { OpenaiReader } from '../../src/clients/openaiReader.ts';
import { parsePrometheusText } from '../../src/clients/prometheusText.ts';
import { ResponsesReader } from '../../src/clients/responsesReader.ts';
import { ScoringReader } from '../../src/clients/scoringReader.ts';
import { readServerMetrics } from '../../src/clients/serverMetrics.ts';
import { SglangGrammar } from '../../src/clients/sglang.ts';
import { TgiGrammar } from '../../src/clients/tgi.ts';
import { TritonGrammar } from '../../src/clients/triton.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { packBatch, unpackEvents } from '../../src/events/codec.ts';
import type { RequestOutcome } from '../../src/events/events.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import type { PlannedRequest } from '../../src/workload/promptDeck.ts';
import { harmed, harms, type Swap, swapped, swaps, tries } from './fuzzing.ts';

type MakeReader = (answer: AnswerRecord) => ResponseReader<Uint8Array>;

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const ended = { stop: true, tokens_predicted: 2, tokens_evaluated: 3, stop_type: 'limit' };
const details = { finish_reason: 'length', generated_tokens: 2, input_length: 3 };
const meta = { prompt_tokens: 3, completion_tokens: 2, finish_reason: { type: 'length' } };
const sse = (messages: readonly unknown[]) => messages.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('');
const lines = (messages: readonly unknown[]) => messages.map((one) => `${JSON.stringify(one)}\n`).join('');
const one = ([message]: readonly unknown[]) => JSON.stringify(message) ?? '';

/** A whole answer for each reader, as its server sends it, and how its messages become bytes. */
const answers: Readonly<
  Record<string, readonly [MakeReader, readonly object[], (messages: readonly unknown[]) => string]>
> = {
  completions: [
    (answer) => new OpenaiReader(answer),
    [
      { choices: [{ index: 0, text: 'a', finish_reason: null }] },
      { choices: [{ text: 'b', finish_reason: 'length' }], usage },
    ],
    sse,
  ],
  chat: [
    (answer) => new OpenaiReader(answer),
    [
      { choices: [{ delta: { role: 'assistant', content: 'a', reasoning_content: 'r', tool_calls: [{}] } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }], usage },
    ],
    sse,
  ],
  chatWhole: [
    (answer) => new OpenaiReader(answer),
    [{ choices: [{ message: { content: 'a b' }, finish_reason: 'stop' }], usage }],
    one,
  ],
  responses: [
    (answer) => new ResponsesReader(answer),
    [
      { type: 'response.output_text.delta', delta: 'a' },
      { type: 'response.completed', response: { status: 'completed', usage: { input_tokens: 3, output_tokens: 2 } } },
    ],
    sse,
  ],
  embeddings: [(answer) => new EmbeddingsReader(answer), [{ data: [{ embedding: [1, 2] }], usage }], one],
  anthropic: [
    (answer) => new MessagesReader(answer, new AnthropicGrammar()),
    [
      { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ],
    sse,
  ],
  llamacpp: [
    (answer) => new MessagesReader(answer, new LlamacppGrammar()),
    [
      { content: 'a', tokens: [1], stop: false },
      { content: 'b', ...ended },
    ],
    sse,
  ],
  ollama: [
    (answer) => new MessagesReader(answer, new OllamaGrammar(), 'lines'),
    [
      { response: 'a', done: false },
      { response: '', done: true, done_reason: 'length', eval_count: 2, prompt_eval_count: 3 },
    ],
    lines,
  ],
  sglang: [
    (answer) => new MessagesReader(answer, new SglangGrammar('p')),
    [
      { text: 'a', output_ids: [1], meta_info: meta },
      { text: 'ab', output_ids: [1, 2], meta_info: meta },
    ],
    sse,
  ],
  tgi: [
    (answer) => new MessagesReader(answer, new TgiGrammar('p')),
    [{ token: { id: 1, text: 'a', special: false } }, { token: { id: 2, text: 'b' }, generated_text: 'ab', details }],
    sse,
  ],
  triton: [
    (answer) => new MessagesReader(answer, new TritonGrammar('p')),
    [
      { text_output: 'a', sequence_index: 0 },
      { text_output: 'b', output_log_probs: [0, 0] },
    ],
    sse,
  ],
  generate: [(answer) => new GenerateReader('p', true, answer), [{ text: ['pa'] }, { text: ['pab'] }], lines],
  scoring: [(answer) => new ScoringReader('p', answer), [{ output: 'p a b', usage }], one],
};

const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

/** One request whose answer comes in these pieces, as a worker reads it. */
function outcomeOf(received: readonly Uint8Array[], makeReader: MakeReader): RequestOutcome {
  let outcome: RequestOutcome | undefined;
  const texts: ExchangeText[] = [];
  const desk = new ExchangeDesk({
    ...{ worker: 1, clock: createRunClock(monotonicMs()), requestTimeoutMs: 60_000, keepsTexts: true, source: 0 },
    defer: () => {},
    deliver: (_events, delivered) => texts.push(...delivered),
  });
  desk.countTokens = (text) => text.split(' ').length;
  const client = {
    processResponse: (_prepared: unknown, answer: AnswerRecord) => makeReader(answer),
    sendRequest: (_prepared: unknown, wire: Wire<Uint8Array>) => {
      wire.sent();
      wire.headers();
      for (const piece of received) wire.received(piece);
      wire.ended();
      return () => {};
    },
  };
  const planned = {
    request: 0,
    warmup: false,
    promptTokens: 3,
    maxNewTokens: 2,
    slices: [],
  } as unknown as PlannedRequest;
  const origin = { level: 0, client: 0, planned, scheduledAtMs: 0, onClosed: () => {} };
  desk.send(client as unknown as Client, {}, { ...origin, onSettled: (settled) => (outcome = settled) });
  desk.flush();
  for (const { answer } of texts) expect(typeof answer).toBe('string');
  return outcome ?? expect.fail('nothing came of it');
}

/** Whatever came: texts are texts, counts are counts, what is wrong has a kind and a reason, and a log can hold it. */
function expectSense(outcome: RequestOutcome): void {
  if (outcome.type === 'request.completed') {
    expect(outcome.outputTokens).toSatisfy(isCount);
    if (outcome.serverPromptTokens !== undefined) expect(outcome.serverPromptTokens).toSatisfy(isCount);
    if (outcome.finishReason !== undefined) expect(typeof outcome.finishReason).toBe('string');
  } else {
    expect(outcome).toMatchObject({ kind: expect.any(String), reason: expect.any(String) });
    if (outcome.message !== undefined) expect(typeof outcome.message).toBe('string');
  }
  expect(unpackEvents(packBatch([outcome]).packed, 0)).toEqual([{ ...outcome, seq: 0 }]);
}

function pieces(bytes: Buffer, size: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

for (const [name, [makeReader, messages, toText]] of Object.entries(answers)) {
  test(`${name}: an answer as it should be makes sense`, () => {
    const outcome = outcomeOf([Buffer.from(toText(messages))], makeReader);
    expectSense(outcome);
    expect(outcome.type).toBe('request.completed');
  });

  test(`${name}: an answer with other values in it makes sense or is a failure`, () => {
    fc.assert(
      fc.property(swaps, fc.integer({ min: 1, max: 200 }), (done: readonly Swap[], size) => {
        const bytes = Buffer.from(toText([swapped(messages, done)].flat()));
        expectSense(outcomeOf(pieces(bytes, size), makeReader));
      }),
      tries(1500),
    );
  });

  test(`${name}: an answer whose bytes came to harm makes sense or is a failure`, () => {
    fc.assert(
      fc.property(harms, fc.integer({ min: 1, max: 200 }), (harm, size) => {
        expectSense(outcomeOf(pieces(harmed(Buffer.from(toText(messages)), harm), size), makeReader));
      }),
      tries(700),
    );
  });
}

test('a body whose text and finish reason are no texts makes sense', () => {
  const body = { choices: [{ text: { a: 1 }, finish_reason: [{}] }], usage };
  expectSense(outcomeOf([Buffer.from(JSON.stringify(body))], (answer) => new OpenaiReader(answer)));
});

test('gRPC: any bytes as a message make sense or are a failure', () => {
  const piece = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), fc.boolean(), (messages, streaming) => {
      expectSense(outcomeOf(messages, (answer) => new FastgenReader(streaming, answer) as ResponseReader<Uint8Array>));
    }),
    tries(3000),
  );
});

const page = Buffer.from(
  '# HELP vllm:num_requests_running x\n# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{engine="0",model_name="m\\"x"} 3.0\nvllm:kv_cache_usage_perc{engine="0"} 0.5\nvllm:time_to_first_token_seconds_bucket{le="0.1"} 2\nvllm:time_to_first_token_seconds_bucket{le="+Inf"} 3\nvllm:time_to_first_token_seconds_count 3\nvllm:time_to_first_token_seconds_sum 0.4\n',
);

test('metrics: a page that came to harm is read as far as it can be, and gives no figure that cannot be', () => {
  fc.assert(
    fc.property(harms, (harm) => {
      const text = harmed(page, harm).toString('utf8');
      expect(parsePrometheusText(text, () => true)).toBeInstanceOf(Array);
      const { ttft, ...figures } = readServerMetrics(text) ?? {};
      for (const value of Object.values(figures)) expect(value).toBeGreaterThanOrEqual(0);
      for (const value of ttft?.counts ?? []) expect(value).toBeGreaterThanOrEqual(0);
    }),
    tries(3000),
  );
});
