import type { Adapter } from './adapter.ts';
import type { Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';

interface Usage {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
}

interface ContentPart {
  readonly text?: string;
  readonly thinking?: string;
  /** A piece of the arguments of a tool; a whole block has them as an object. */
  readonly partial_json?: string;
  readonly input?: unknown;
}

interface MessagesMessage {
  readonly type?: string;
  readonly message?: { readonly usage?: Usage };
  readonly content_block?: ContentPart;
  readonly delta?: ContentPart & { readonly stop_reason?: string | null };
  readonly content?: readonly ContentPart[];
  readonly stop_reason?: string | null;
  readonly usage?: Usage;
}

/** Reads answers of `/v1/messages`: events with types, the last one `message_stop`. */
export class AnthropicGrammar implements MessageGrammar<MessagesMessage> {
  isOver = false;
  readonly ending = 'message_stop';
  #promptTokens: number | undefined;

  read({ type, message, content_block, delta, usage }: MessagesMessage, record: MessageRecord): undefined {
    // What the first event says of output is a placeholder.
    if (type === 'message_start') this.#promptTokens = promptTokensOf(message?.usage);
    if (type === 'content_block_start' && content_block !== undefined) say(content_block, record);
    if (type === 'content_block_delta' && delta !== undefined) say(delta, record);
    if (type === 'message_delta') this.#end(delta?.stop_reason, usage, record);
    this.isOver ||= type === 'message_stop';
  }

  readWhole({ content, stop_reason, usage }: MessagesMessage, record: MessageRecord): Failure | undefined {
    if (content === undefined) return { kind: 'protocol', reason: 'noContent', message: 'the answer has no content' };
    record.whole(content.map(wholeTextOf).join(''));
    this.#promptTokens = promptTokensOf(usage);
    this.#end(stop_reason, usage, record);
    return undefined;
  }

  #end(stopReason: string | null | undefined, usage: Usage | undefined, record: MessageRecord): void {
    if (usage?.output_tokens !== undefined) record.counted(usage.output_tokens, 'usage', this.#promptTokens);
    if (stopReason != null) record.finished(stopReason);
  }
}

function say(part: ContentPart, record: MessageRecord): void {
  const text = textOf(part);
  if (text !== '') record.output(text);
}

function textOf({ text, thinking, partial_json }: ContentPart): string {
  return text ?? thinking ?? partial_json ?? '';
}

function wholeTextOf(block: ContentPart): string {
  return block.input === undefined ? textOf(block) : JSON.stringify(block.input);
}

/** Tokens that were in a cache are counted apart. */
function promptTokensOf(usage: Usage | undefined): number | undefined {
  if (usage?.input_tokens === undefined) return undefined;
  return usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0);
}

function protocolOf({ url = '', model, streaming: stream, temperature }: ClientSettings): PostProtocol {
  return {
    name: "A server of Anthropic's protocol",
    target: postTarget(url, '/v1/messages'),
    lengths: 'limited only, answers may end early (the protocol cannot force them)',
    bodyOf: (content, maxNewTokens, earlier = []) => ({
      model,
      max_tokens: maxNewTokens,
      messages: [...earlier, { role: 'user', content }],
      stream,
      ...(temperature === undefined ? {} : { temperature }),
    }),
    readerOf: (_prompt, answer) => new MessagesReader(answer, new AnthropicGrammar()),
  };
}

/** Any server that speaks Anthropic's Messages. */
export const anthropicAdapter: Adapter = {
  abilities: {
    protocol: 'Anthropic Messages over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'capped',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    conversations: true,
    testedAgainst: 'llama.cpp server 11549; recordings of it and of vLLM 0.32; an imitation',
  },
  statusHints: keyHints('ANTHROPIC_API_KEY'),
  checkSettings: (settings) => checkPostSettings(settings, protocolOf(settings)),
  createClient: (settings, clock) => new PostClient(settings, clock, protocolOf(settings)),
};
