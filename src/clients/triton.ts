import type { Adapter } from './adapter.ts';
import type { Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';
import { withoutEcho } from './withoutEcho.ts';

interface GenerateMessage {
  /** Of a stream the new text, else all of it. */
  readonly text_output?: string | readonly string[];
}

/**
 * Reads answers of a model's `generate` and `generate_stream`. A stream has no mark of its end and nothing tells a
 * number of tokens, so they are left to our tokenizer, and an answer is whole when its HTTP body is.
 */
export class TritonGrammar implements MessageGrammar<GenerateMessage> {
  readonly isOver = true;
  readonly ending = 'any message';
  readonly #prompt: string;
  #messages = 0;

  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  read(message: GenerateMessage, record: MessageRecord): Failure | undefined {
    const text = textOf(message);
    if (text === undefined) return noText;
    const added = this.#messages++ === 0 ? withoutEcho(text, this.#prompt) : text;
    // Nothing but the prompt is no token; nothing at all is one whose characters are held back.
    if (added !== '' || text === '') record.output(added);
    return undefined;
  }

  readWhole(body: GenerateMessage, record: MessageRecord): Failure | undefined {
    const text = textOf(body);
    if (text === undefined) return noText;
    record.whole(withoutEcho(text, this.#prompt));
    return undefined;
  }
}

const noText: Failure = { kind: 'protocol', reason: 'noText', message: 'the answer has no text_output' };

function textOf({ text_output: output }: GenerateMessage): string | undefined {
  return typeof output === 'string' ? output : output?.[0];
}

function protocolOf({ url = '', model, streaming: stream, ignore_eos, temperature }: ClientSettings): PostProtocol {
  const route = `/v2/models/${encodeURIComponent(model)}/generate`;
  return {
    name: 'Triton',
    target: stream ? postTarget(url, `${route}_stream`, route) : postTarget(url, route, `${route}_stream`),
    lengths: ignore_eos
      ? 'asked for (min_tokens, no end_id); whether the server keeps them, the figures show'
      : 'limited only, answers may end early (--ignore_eos false)',
    // Without an end_id the back end knows no token that ends a text.
    bodyOf: (text_input, maxNewTokens) => ({
      text_input,
      max_tokens: maxNewTokens,
      ...(ignore_eos ? { min_tokens: maxNewTokens } : {}),
      bad_words: '',
      stop_words: '',
      stream,
      exclude_input_in_output: true,
      ...(temperature === undefined ? {} : { temperature }),
    }),
    readerOf: (prompt, answer) => new MessagesReader(answer, new TritonGrammar(prompt)),
  };
}

/** Triton with the TensorRT-LLM back end, by its generate extension. */
export const tritonAdapter: Adapter = {
  abilities: {
    protocol: 'Triton generate extension over HTTP, TensorRT-LLM back end',
    streams: true,
    managesServer: false,
    outputLength: 'asked',
    tokenSource: 'tokenizer',
    flushesPrefixCache: false,
    testedAgainst: 'an imitation',
  },
  statusHints: keyHints(),
  checkSettings: (settings) => checkPostSettings(settings, protocolOf(settings)),
  createClient: (settings, clock) => new PostClient(settings, clock, protocolOf(settings)),
};
