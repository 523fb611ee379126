import type { Clock } from '../core/clock.ts';
import type { Adapter } from './adapter.ts';
import type { Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { flushCache } from './flushCache.ts';
import { isThrottling } from './httpFailure.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints, openaiHeaders } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';
import { tlsOptions } from './tlsOptions.ts';
import { withoutEcho } from './withoutEcho.ts';

interface FinishReason {
  readonly type: string;
  /** What ended it: a string of ours, or a token's number. */
  readonly matched?: string | number | null;
  readonly message?: string;
  /** Of an aborted request: the status that the answer would have had. */
  readonly status_code?: number | null;
}

interface GenerateMessage {
  readonly text?: string;
  readonly output_ids?: readonly number[];
  readonly meta_info?: {
    readonly finish_reason?: FinishReason | null;
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
  };
}

/**
 * Reads answers of `/generate`. A server repeats in each message all of the text so far, or sends only what is new, as it
 * was started. Token ids follow the text, so their number against that of all tokens tells the two apart; without them
 * the text has to.
 */
export class SglangGrammar implements MessageGrammar<GenerateMessage> {
  isOver = false;
  readonly ending = 'a finish_reason and without [DONE]';
  readonly #prompt: string;
  #text = '';
  #tokens = 0;
  #isFirst = true;
  #echoes = false;
  #isCumulative: boolean | undefined;

  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  read(message: GenerateMessage, record: MessageRecord): Failure | undefined {
    const { completion_tokens: tokens, finish_reason } = message.meta_info ?? {};
    const fresh = tokens === undefined ? undefined : tokens - this.#tokens;
    const text = this.#newText(message, fresh);
    // A message of the end alone brings neither.
    if (text !== '' || fresh === undefined || fresh > 0) record.output(text, fresh);
    this.#tokens = tokens ?? this.#tokens;
    return finish_reason == null ? undefined : this.#end(message, record);
  }

  readWhole(body: GenerateMessage, record: MessageRecord): Failure | undefined {
    if (body.text === undefined) return { kind: 'protocol', reason: 'noText', message: 'the answer has no text' };
    record.whole(withoutEcho(body.text, this.#prompt));
    return this.#end(body, record);
  }

  #newText({ text: sent = '', output_ids, meta_info }: GenerateMessage, fresh: number | undefined): string {
    const text = this.#isFirst || this.#echoes ? withoutEcho(sent, this.#prompt) : sent;
    if (this.#isFirst) this.#echoes = text !== sent;
    this.#isFirst = false;
    this.#isCumulative ??= this.#tellByIds(output_ids?.length, meta_info?.completion_tokens, fresh);
    const isCumulative = this.#isCumulative ?? text.startsWith(this.#text);
    const added = isCumulative ? text.slice(this.#text.length) : text;
    this.#text += added;
    return added;
  }

  #tellByIds(ids: number | undefined, tokens: number | undefined, fresh: number | undefined): boolean | undefined {
    if (ids === undefined || fresh === undefined || fresh === tokens) return undefined;
    if (ids === tokens) return true;
    return ids === fresh ? false : undefined;
  }

  #end({ meta_info }: GenerateMessage, record: MessageRecord): Failure | undefined {
    const { completion_tokens: tokens, prompt_tokens, finish_reason: finish } = meta_info ?? {};
    this.isOver = true;
    if (finish?.type === 'abort') {
      const reason = isThrottling(finish.status_code) ? 'throttled' : 'errorEvent';
      return { kind: 'stream', reason, message: finish.message ?? 'the server aborted the request' };
    }
    if (tokens !== undefined) record.counted(tokens, 'usage', prompt_tokens);
    if (finish != null) record.finished(typeof finish.matched === 'string' ? 'stop_sequence' : finish.type);
    return undefined;
  }
}

function protocolOf({ url = '', streaming: stream, ignore_eos, temperature }: ClientSettings): PostProtocol {
  return {
    name: 'SGLang',
    target: postTarget(url, '/generate'),
    lengths: ignore_eos ? 'forced (ignore_eos)' : 'limited only, answers may end early (--ignore_eos false)',
    bodyOf: (text, maxNewTokens) => ({
      text,
      sampling_params: {
        max_new_tokens: maxNewTokens,
        ignore_eos,
        ...(temperature === undefined ? {} : { temperature }),
      },
      stream,
    }),
    readerOf: (prompt, answer) => new MessagesReader(answer, new SglangGrammar(prompt)),
  };
}

/** One that can empty the server's radix cache, which needs no special mode. */
class SglangClient extends PostClient {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;

  constructor(settings: ClientSettings, clock: Clock) {
    super(settings, clock, protocolOf(settings));
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The server refuses while it works on requests. */
  flushPrefixCache(): Promise<boolean> {
    const { target } = protocolOf(this.#settings);
    const headers = openaiHeaders(this.#settings, target, '*/*');
    return flushCache(target.origin, headers, `${target.base}/flush_cache`, this.#clock, tlsOptions(this.#settings));
  }
}

/** SGLang, by its own `/generate`. */
export const sglangAdapter: Adapter = {
  abilities: {
    protocol: 'SGLang /generate over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: true,
    testedAgainst: 'an imitation',
  },
  statusHints: keyHints(),
  checkSettings: (settings) => checkPostSettings(settings, protocolOf(settings)),
  createClient: (settings, clock) => new SglangClient(settings, clock),
};
