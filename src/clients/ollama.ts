import type { Adapter } from './adapter.ts';
import type { Failure } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type MessageGrammar, type MessageRecord, MessagesReader } from './messagesReader.ts';
import { keyHints } from './openaiHeaders.ts';
import { checkPostSettings, PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';

interface GenerateMessage {
  readonly response?: string;
  readonly thinking?: string;
  readonly done?: boolean;
  readonly done_reason?: string;
  /** Left out where it is 0. */
  readonly eval_count?: number;
  readonly prompt_eval_count?: number;
}

/** Reads streamed answers of `/api/generate`: a message a line, the last one with `"done": true`. */
export class OllamaGrammar implements MessageGrammar<GenerateMessage> {
  isOver = false;
  readonly ending = 'a line with "done": true';

  read(message: GenerateMessage, record: MessageRecord): undefined {
    const text = textOf(message);
    if (text !== '') record.output(text);
    if (message.done !== true) return;
    this.isOver = true;
    count(message, record);
  }

  readWhole(body: GenerateMessage, record: MessageRecord): Failure | undefined {
    if (body.response === undefined)
      return { kind: 'protocol', reason: 'noText', message: 'the answer has no response' };
    record.whole(textOf(body));
    count(body, record);
    return undefined;
  }
}

function textOf({ thinking = '', response = '' }: GenerateMessage): string {
  return thinking + response;
}

function count({ eval_count, prompt_eval_count, done_reason }: GenerateMessage, record: MessageRecord): void {
  if (eval_count !== undefined) record.counted(eval_count, 'usage', prompt_eval_count);
  if (done_reason !== undefined) record.finished(done_reason);
}

function protocolOf({ url = '', model, streaming: stream, temperature }: ClientSettings): PostProtocol {
  return {
    name: 'Ollama',
    target: postTarget(url, '/api/generate'),
    lengths: 'limited only, answers may end early (Ollama cannot force them)',
    // Raw: a template around the prompt would change its length.
    bodyOf: (prompt, maxNewTokens) => ({
      model,
      prompt,
      raw: true,
      stream,
      options: { num_predict: maxNewTokens, ...(temperature === undefined ? {} : { temperature }) },
    }),
    readerOf: (_prompt, answer) => new MessagesReader(answer, new OllamaGrammar(), stream ? 'lines' : 'events'),
  };
}

/** Ollama, by its own `/api/generate`. */
export const ollamaAdapter: Adapter = {
  abilities: {
    protocol: 'Ollama /api/generate over HTTP',
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
