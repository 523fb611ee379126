import type { Adapter } from './adapter.ts';
import type { AnswerRecord, Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';
import { withoutEcho } from './withoutEcho.ts';

interface GenerateDetails {
  readonly finish_reason?: string;
  readonly generated_tokens?: number;
  readonly input_length?: number;
}

interface GenerateMessage {
  readonly token?: { readonly text?: string; readonly special?: boolean };
  /** All of the answer; in a stream it stands in the last message, and may repeat the prompt. */
  readonly generated_text?: string | null;
  readonly details?: GenerateDetails | null;
}

/** Reads answers of `/generate` and `/generate_stream`: one message a token, the last one with the whole text. */
export class TgiGrammar implements MessageGrammar<GenerateMessage> {
  isOver = false;
  readonly ending = 'a message with generated_text';
  readonly #prompt: string;

  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  read({ token, generated_text, details }: GenerateMessage, record: MessageRecord): undefined {
    // A special token, such as the end of the text, is counted by the server and is no text.
    if (token !== undefined) record.output(token.special === true ? '' : (token.text ?? ''), 1);
    if (typeof generated_text !== 'string') return;
    this.isOver = true;
    count(details, record);
  }

  readWhole({ generated_text, details }: GenerateMessage, record: MessageRecord): Failure | undefined {
    if (typeof generated_text !== 'string') {
      return { kind: 'protocol', reason: 'noText', message: 'the answer has no generated_text' };
    }
    record.whole(withoutEcho(generated_text, this.#prompt));
    count(details, record);
    return undefined;
  }
}

function count(details: GenerateDetails | null | undefined, record: MessageRecord): void {
  if (details?.generated_tokens !== undefined) {
    record.counted(details.generated_tokens, 'usage', details.input_length);
  }
  if (details?.finish_reason !== undefined) record.finished(details.finish_reason);
}

function protocolOf({ url = '', streaming, temperature }: ClientSettings): PostProtocol {
  const routes = ['/generate_stream', '/generate'] as const;
  return {
    name: 'TGI',
    target: streaming ? postTarget(url, ...routes) : postTarget(url, routes[1], routes[0]),
    lengths: 'limited only, answers may end early (TGI cannot force them)',
    bodyOf: (inputs, maxNewTokens) => ({
      inputs,
      parameters: { max_new_tokens: maxNewTokens, details: true, return_full_text: false, ...sampling(temperature) },
    }),
    readerOf: (prompt: string, answer: AnswerRecord) => new MessagesReader(answer, new TgiGrammar(prompt)),
  };
}

/** A temperature of 0 is refused; it stands for the likeliest token each time. */
function sampling(temperature: number | undefined): object {
  if (temperature === undefined) return {};
  return temperature === 0 ? { do_sample: false } : { do_sample: true, temperature };
}

/** Text Generation Inference, by its own protocol. */
export const tgiAdapter: Adapter = {
  abilities: {
    protocol: 'TGI /generate and /generate_stream over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'capped',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    testedAgainst: 'an imitation',
  },
  statusHints: keyHints(),
  checkSettings: (settings) => checkPostSettings(settings, protocolOf(settings)),
  createClient: (settings, clock) => new PostClient(settings, clock, protocolOf(settings)),
};
