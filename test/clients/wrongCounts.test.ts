import { expect, test } from 'vitest';
import { AnthropicGrammar } from '../../src/clients/anthropic.ts';
import type { AnswerRecord, ResponseReader } from '../../src/clients/client.ts';
import { EmbeddingsReader } from '../../src/clients/embeddingsReader.ts';
import { FastgenReader } from '../../src/clients/fastgenReader.ts';
import { GenerateReader } from '../../src/clients/generateReader.ts';
import { LlamacppGrammar } from '../../src/clients/llamacpp.ts';
import { MessagesReader } from '../../src/clients/messagesReader.ts';
import { OllamaGrammar } from '../../src/clients/ollama.ts';
import { OpenaiReader } from '../../src/clients/openaiReader.ts';
import { registry } from '../../src/clients/registry.ts';
import { ResponsesReader } from '../../src/clients/responsesReader.ts';
import { ScoringReader } from '../../src/clients/scoringReader.ts';
import { SglangGrammar } from '../../src/clients/sglang.ts';
import { TgiGrammar } from '../../src/clients/tgi.ts';
import { TritonGrammar } from '../../src/clients/triton.ts';
import { events, readAnswer } from './answers.ts';
import { replyFrame } from './imitatedMii.ts';

// What servers send beside, or in place of, an answer of two tokens, " a" and " b". What is said of tokens must be right, or
// nothing: then they are counted by the tokenizer, or as chunks that are called so.

const prompt = 'Once upon';
type MakeReader = (answer: AnswerRecord) => ResponseReader<Uint8Array>;
type Trap = readonly [
  what: string,
  pieces: readonly Uint8Array[],
  reader: MakeReader,
  tokens: number | undefined,
  text?: string,
];

const whole = (body: object): Uint8Array[] => [Buffer.from(JSON.stringify(body))];
const lines = (...bodies: object[]): Uint8Array[] => bodies.map((body) => Buffer.from(`${JSON.stringify(body)}\n`));

const openai: MakeReader = (answer) => new OpenaiReader(answer);
const responses: MakeReader = (answer) => new ResponsesReader(answer);
const generate: MakeReader = (answer) => new GenerateReader(prompt, true, answer);
const scoring: MakeReader = (answer) => new ScoringReader(prompt, answer);
const mii: MakeReader = (answer) => new FastgenReader(true, answer);
const miiWhole: MakeReader = (answer) => new FastgenReader(false, answer);
const llamacpp: MakeReader = (answer) => new MessagesReader(answer, new LlamacppGrammar());
const sglang: MakeReader = (answer) => new MessagesReader(answer, new SglangGrammar(prompt));
const tgi: MakeReader = (answer) => new MessagesReader(answer, new TgiGrammar(prompt));
const triton: MakeReader = (answer) => new MessagesReader(answer, new TritonGrammar(prompt));
const ollama: MakeReader = (answer) => new MessagesReader(answer, new OllamaGrammar(), 'lines');
const anthropic: MakeReader = (answer) => new MessagesReader(answer, new AnthropicGrammar());

const choice = (text: string, finish_reason: string | null = null) => ({ choices: [{ text, finish_reason }] });
const usage = (completion_tokens: unknown) => ({ choices: [], usage: { prompt_tokens: 2, completion_tokens } });
const openaiTraps: readonly Trap[] = [
  ['an echo', events(choice(prompt), choice(' a'), choice(' b', 'length'), usage(2), '[DONE]'), openai, 2],
  [
    'cumulative usage',
    events({ ...choice(' a'), ...{ usage: { completion_tokens: 1 } } }, choice(' b', 'length'), usage(2), '[DONE]'),
    openai,
    2,
  ],
  ['an empty text', whole({ ...choice('', 'stop'), usage: { completion_tokens: 0 } }), openai, 0, ''],
  ['no usage', events(choice(' a'), choice(' b', 'length'), '[DONE]'), openai, undefined, ' a b'],
  ['no usage of a whole answer', whole(choice(' a b', 'length')), openai, undefined, ' a b'],
  [
    'usage that is no number',
    whole({ ...choice(' a b', 'length'), usage: { completion_tokens: '2' } }),
    openai,
    undefined,
  ],
  ['usage that is null', events(choice(' a b', 'length'), { choices: [], usage: null }, '[DONE]'), openai, undefined],
  [
    'responses without usage',
    events({ type: 'response.output_text.delta', delta: ' a b' }, { type: 'response.completed', response: {} }),
    responses,
    undefined,
  ],
  [
    'a whole text beside its pieces',
    events(
      { type: 'response.output_text.delta', delta: ' a b' },
      { type: 'response.output_text.done', text: ' a b' },
      { type: 'response.completed', response: { usage: { output_tokens: 2 } } },
    ),
    responses,
    2,
    ' a b',
  ],
  [
    'a vector',
    whole({ data: [{ embedding: [0, 1] }], usage: { prompt_tokens: 2, total_tokens: 2 } }),
    (answer) => new EmbeddingsReader(answer),
    0,
  ],
];

const meta = (completion_tokens?: number, finish: object | null = null) => ({
  meta_info: { completion_tokens, finish_reason: finish },
});
const delta = (text: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } });
const stop = { type: 'message_stop' };
const length = { type: 'length' };

const traps: Readonly<Record<string, readonly Trap[]>> = {
  openai: openaiTraps,
  azureml: [
    ...openaiTraps,
    ['an echo', whole([{ 0: `${prompt} a b` }]), scoring, undefined, ' a b'],
    ['an empty text', whole([{ 0: '' }]), scoring, undefined, ''],
    ['an echo with usage', whole({ output: [`${prompt} a b`], usage: { completion_tokens: 2 } }), scoring, 2, ' a b'],
  ],
  vllm: [
    ...openaiTraps,
    [
      'an echo and cumulative text',
      lines({ text: [`${prompt} a`] }, { text: [`${prompt} a b`] }),
      generate,
      undefined,
      ' a b',
    ],
    ['an empty text', lines({ text: [prompt] }, { text: [`${prompt} a b`] }), generate, undefined, ' a b'],
  ],
  fastgen: [
    [
      'a held-back text',
      [replyFrame('', 'none', 2, 1), replyFrame(' a b', 'none', 2, 2), replyFrame('', 'length', 2, 2)],
      mii,
      2,
      ' a b',
    ],
    ['an empty text', [replyFrame('', 'stop', 2, 0)], miiWhole, 0, ''],
    ['no count', [replyFrame(' a b', 'length', 2, 0)], miiWhole, undefined, ' a b'],
    [
      'no counts in a stream',
      [replyFrame(' a', 'none', 0, 0), replyFrame(' b', 'none', 0, 0), replyFrame('', 'length', 0, 0)],
      mii,
      2,
    ],
  ],
  llamacpp: [
    [
      'the prompt in the last message',
      events(
        { content: ' a', stop: false },
        { content: ' b', stop: false },
        { content: '', stop: true, tokens_predicted: 2, prompt },
      ),
      llamacpp,
      2,
      ' a b',
    ],
    ['an empty text', whole({ content: '', stop: true, tokens_predicted: 0 }), llamacpp, 0, ''],
    ['no count', whole({ content: ' a b', stop: true }), llamacpp, undefined, ' a b'],
  ],
  sglang: [
    [
      'an echo and cumulative text',
      events({ text: `${prompt} a`, ...meta(1) }, { text: `${prompt} a b`, ...meta(2, length) }),
      sglang,
      2,
      ' a b',
    ],
    ['an empty text', whole({ text: '', ...meta(0, length) }), sglang, 0, ''],
    [
      'no count',
      events({ text: ' a', ...meta() }, { text: ' a b', ...meta(undefined, length) }),
      sglang,
      undefined,
      ' a b',
    ],
  ],
  tgi: [
    ['an echo', whole({ generated_text: `${prompt} a b`, details: { generated_tokens: 2 } }), tgi, 2, ' a b'],
    [
      'the whole text beside its last piece',
      events(
        { token: { text: ' a' } },
        { token: { text: ' b' }, generated_text: ' a b', details: { generated_tokens: 2 } },
      ),
      tgi,
      2,
      ' a b',
    ],
    ['an empty text', whole({ generated_text: '', details: { generated_tokens: 0 } }), tgi, 0, ''],
    ['no details', whole({ generated_text: `${prompt} a b` }), tgi, undefined, ' a b'],
  ],
  triton: [
    [
      'an echo',
      events({ text_output: prompt }, { text_output: ' a' }, { text_output: ' b' }),
      triton,
      undefined,
      ' a b',
    ],
    ['an echo in one piece', whole({ text_output: `${prompt} a b` }), triton, undefined, ' a b'],
    ['an empty text', whole({ text_output: '' }), triton, undefined, ''],
  ],
  ollama: [
    ['an empty text', lines({ response: '', done: true, eval_count: 0 }), ollama, 0, ''],
    ['no count', lines({ response: ' a b', done: false }, { response: '', done: true }), ollama, undefined, ' a b'],
  ],
  anthropic: [
    [
      'the placeholder of the first event',
      events(
        { type: 'message_start', message: { usage: { output_tokens: 1 } } },
        delta(' a b'),
        { type: 'message_delta', delta: {}, usage: { output_tokens: 2 } },
        stop,
      ),
      anthropic,
      2,
      ' a b',
    ],
    ['an empty text', whole({ content: [], usage: { output_tokens: 0 } }), anthropic, 0, ''],
    ['no usage', events(delta(' a b'), { type: 'message_delta', delta: {} }, stop), anthropic, undefined, ' a b'],
  ],
};

test('every protocol has its traps', () => {
  const own = new Set(['dummy', 'simulator']); // no server but ours
  expect(new Set(Object.keys(traps))).toEqual(new Set(Object.keys(registry).filter((api) => !own.has(api))));
});

test.each(Object.entries(traps))(
  '%s: echo, cumulative and empty text and missing usage make no wrong count',
  (_, ofProtocol) => {
    for (const [what, pieces, reader, tokens, text] of ofProtocol) {
      const answer = readAnswer(pieces, reader);
      expect(answer.failure, what).toBeUndefined();
      expect(answer.outputTokens, what).toBe(tokens);
      if (text !== undefined) expect(answer.text, what).toBe(text);
    }
  },
);
