import type { Adapter } from './adapter.ts';
import type { Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';

interface CompletionMessage {
  readonly content?: string;
  readonly stop?: boolean;
  readonly stop_type?: string;
  /** All output tokens so far. `tokens` lists only the last of a message's, so it counts nothing. */
  readonly tokens_predicted?: number;
  readonly tokens_evaluated?: number;
}

/** Reads answers of `/completion`. There is no `[DONE]`: the last message has `"stop": true`. */
export class LlamacppGrammar implements MessageGrammar<CompletionMessage> {
  isOver = false;
  readonly ending = 'a message with "stop": true';
  #predicted = 0;

  read(message: CompletionMessage, record: MessageRecord): undefined {
    const { content = '', tokens_predicted: predicted } = message;
    const tokens = predicted === undefined ? undefined : predicted - this.#predicted;
    // The last message tells no news but the end, unless its text was held back.
    if (content !== '' || message.stop !== true) record.output(content, tokens);
    this.#predicted = predicted ?? this.#predicted;
    if (message.stop === true) this.#end(message, record);
  }

  readWhole(body: CompletionMessage, record: MessageRecord): Failure | undefined {
    if (body.content === undefined) return { kind: 'protocol', reason: 'noText', message: 'the answer has no content' };
    record.whole(body.content);
    this.#end(body, record);
    return undefined;
  }

  #end({ tokens_predicted, tokens_evaluated, stop_type }: CompletionMessage, record: MessageRecord): void {
    this.isOver = true;
    if (tokens_predicted !== undefined) record.counted(tokens_predicted, 'usage', tokens_evaluated);
    if (stop_type !== undefined && stop_type !== 'none') record.finished(stop_type);
  }
}

function protocolOf(settings: ClientSettings): PostProtocol {
  const { url = '', streaming: stream, ignore_eos, temperature } = settings;
  return {
    name: 'llama.cpp',
    flavour: 'llamacpp',
    target: postTarget(url, '/completion'),
    lengths: ignore_eos ? 'forced (ignore_eos)' : 'limited only, answers may end early (--ignore_eos false)',
    bodyOf: (prompt, maxNewTokens) => ({
      prompt,
      n_predict: maxNewTokens,
      stream,
      ignore_eos,
      ...(temperature === undefined ? {} : { temperature }),
    }),
    readerOf: (_prompt, answer) => new MessagesReader(answer, new LlamacppGrammar()),
  };
}

/** A llama.cpp server, by its own `/completion`. */
export const llamacppAdapter: Adapter = {
  abilities: {
    protocol: 'llama.cpp /completion over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    testedAgainst: 'llama.cpp server 11549; its recordings; an imitation',
  },
  statusHints: keyHints(),
  checkSettings: (settings) => checkPostSettings(settings, protocolOf(settings)),
  createClient: (settings, clock) => new PostClient(settings, clock, protocolOf(settings)),
};
