import type { Clock } from '../core/clock.ts';
import type { Adapter } from './adapter.ts';
import type {
  AnswerRecord,
  Cancel,
  Client,
  RequestSpec,
  ResponseReader,
  Service,
  ServiceStart,
  Wire,
} from './client.ts';
import { nameServer, warnOfServer } from './describeServer.ts';
import { EmbeddingsReader } from './embeddingsReader.ts';
import { type HttpConnection, type HttpRequest, toHttpBody } from './httpConnection.ts';
import { describeLengths, lengthControlOf } from './lengthControl.ts';
import { type BodyFrame, openaiBodyFrame } from './openaiBody.ts';
import { openaiHeaders, openaiHints } from './openaiHeaders.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import { OpenaiReader } from './openaiReader.ts';
import { conversationObstacle, type OpenaiTarget, openaiTarget } from './openaiTarget.ts';
import { postConnection } from './postConnection.ts';
import { probeServer } from './probeServer.ts';
import { ResponsesReader } from './responsesReader.ts';
import type { ServerFacts } from './serverFacts.ts';

/** What the OpenAI client needs to know; the key comes from the environment and is in no message. */
export interface OpenaiSettings extends OpenaiOptions {
  readonly url: string;
  readonly model: string;
  readonly streaming: boolean;
  /** What was found out about the server; it is asked for when the service is started. */
  readonly facts?: ServerFacts;
}

/** Any server that speaks completions, chat, responses or embeddings as OpenAI does. It is there already: nothing is started. */
export class OpenaiClient implements Client<HttpRequest, Uint8Array> {
  readonly #settings: OpenaiSettings;
  readonly #clock: Clock;
  readonly #target: OpenaiTarget;
  readonly #frame: BodyFrame;
  readonly #connection: HttpConnection;

  constructor(settings: OpenaiSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#target = openaiTarget(settings.url, settings.endpoint);
    this.#frame = openaiBodyFrame(settings, this.#target.endpoint);
    const streams = settings.streaming && this.#target.endpoint !== 'embeddings';
    this.#connection = postConnection(settings, this.#target, streams ? 'text/event-stream' : 'application/json');
  }

  async startService({ signal }: ServiceStart): Promise<Service> {
    const { url, model, streaming } = this.#settings;
    const { endpoint } = this.#target;
    const facts = await probeServer(this.#settings, this.#target, this.#clock, signal);
    const control = lengthControlOf(this.#settings, endpoint, facts);
    const lengths = describeLengths(control, facts);
    const unforced = control.kind === 'asked' ? 'lengths are asked for by ignore_eos alone and not forced' : undefined;
    const isInVain = endpoint === 'embeddings' && streaming;
    return {
      url,
      facts,
      lengths,
      description: `${nameServer(facts)}. Output lengths: ${lengths}.`,
      warnings: [
        ...warnOfServer(facts, model, unforced),
        ...(isInVain ? ['--streaming has no effect: embeddings are not streamed'] : []),
      ],
    };
  }

  async stopService(): Promise<void> {}

  prepareRequest({ prompt, maxNewTokens, earlier }: RequestSpec): HttpRequest {
    const { head, tail, lengths, around } = this.#frame;
    let body =
      earlier === undefined || around === undefined
        ? `${head}${JSON.stringify(prompt)}${tail}`
        : around([...earlier, { role: 'user', content: prompt }]);
    for (const field of lengths) body += `${field}${maxNewTokens}`;
    return { path: this.#target.path, body: toHttpBody(`${body}}`) };
  }

  sendRequest(prepared: HttpRequest, wire: Wire<Uint8Array>): Cancel {
    return this.#connection.post(prepared, wire);
  }

  processResponse(_prepared: HttpRequest, answer: AnswerRecord): ResponseReader<Uint8Array> {
    switch (this.#target.endpoint) {
      case 'responses':
        return new ResponsesReader(answer);
      case 'embeddings':
        return new EmbeddingsReader(answer);
      default:
        return new OpenaiReader(answer);
    }
  }

  close(): void {
    this.#connection.close();
  }
}

/** Any server that speaks the OpenAI API, at an address. */
export const openaiAdapter: Adapter = {
  abilities: {
    protocol: 'OpenAI API over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'asked',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    conversations: true,
    testedAgainst: 'vLLM 0.32, llama.cpp server, the embedded server',
  },
  statusHints: openaiHints,
  checkSettings: (settings) => {
    const target = openaiTarget(settings.url ?? '', settings.endpoint);
    openaiHeaders(settings, target, '*/*');
    openaiBodyFrame(settings, target.endpoint);
  },
  conversationObstacle: ({ url = '', endpoint }) => conversationObstacle(openaiTarget(url, endpoint).endpoint),
  createClient: (settings, clock) => new OpenaiClient({ ...settings, url: settings.url ?? '' }, clock),
};
