import { SpeedometerError } from '../core/errors.ts';
import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { AnswerRecord, Cancel, Client, RequestSpec, ResponseReader, Service, Wire } from './client.ts';
import { HttpConnection, type HttpRequest } from './httpConnection.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import { OpenaiReader } from './openaiReader.ts';

/** What the OpenAI client needs to know; the key comes from the environment and is in no message. */
export interface OpenaiSettings extends OpenaiOptions {
  readonly url: string;
  readonly model: string;
  readonly streaming: boolean;
}

/** Any server that speaks `/v1/completions` or `/v1/chat/completions`. It is there already: nothing is started. */
export class OpenaiClient implements Client<HttpRequest> {
  readonly #settings: OpenaiSettings;
  readonly #target: OpenaiTarget;
  readonly #frame: BodyFrame;
  #connection: HttpConnection | undefined;

  constructor(settings: OpenaiSettings) {
    this.#settings = settings;
    this.#target = openaiTarget(settings.url, settings.endpoint);
    this.#frame = bodyFrame(settings, this.#target.endpoint);
  }

  async startService(_onDeath: (message: string) => void): Promise<Service> {
    return { url: this.#settings.url };
  }

  async stopService(): Promise<void> {}

  prepareRequest({ prompt, maxNewTokens }: RequestSpec): HttpRequest {
    const { head, tail } = this.#frame;
    const body = `${head}${JSON.stringify(prompt)}${tail},"max_tokens":${maxNewTokens}}`;
    return { path: this.#target.path, body: Buffer.from(body) };
  }

  sendRequest(prepared: HttpRequest, wire: Wire<Uint8Array>): Cancel {
    this.#connection ??= new HttpConnection(this.#target.origin, requestHeaders(this.#settings, this.#target));
    return this.#connection.post(prepared, wire);
  }

  processResponse(_prepared: HttpRequest, answer: AnswerRecord): ResponseReader<Uint8Array> {
    return new OpenaiReader(answer);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

/** What stands around a prompt in every body, as JSON text: written once, since it is the same for all requests. */
interface BodyFrame {
  readonly head: string;
  /** Without the closing brace. */
  readonly tail: string;
}

function bodyFrame(settings: OpenaiSettings, endpoint: OpenaiTarget['endpoint']): BodyFrame {
  const { model, streaming, temperature, ignore_eos } = settings;
  const fixed = JSON.stringify({
    model,
    ...(temperature === undefined ? {} : { temperature }),
    ...(ignore_eos ? { ignore_eos: true } : {}),
    ...(streaming ? { stream: true, stream_options: { include_usage: true } } : {}),
  }).slice(0, -1);
  return endpoint === 'chat'
    ? { head: `${fixed},"messages":[{"role":"user","content":`, tail: '}]' }
    : { head: `${fixed},"prompt":`, tail: '' };
}

/** A URL taken apart. */
export interface OpenaiTarget {
  readonly origin: string;
  readonly path: string;
  readonly endpoint: 'completions' | 'chat';
  /** `user:password` of the URL, as it goes into a Basic header. */
  readonly userInfo?: string;
}

const routes = { completions: 'completions', chat: 'chat/completions' } as const;

/**
 * Where requests go: `http://host`, `http://host/v1` and `http://host/v1/chat/completions` all work.
 * @throws SpeedometerError `usage` where the URL is none, or its path and `endpoint` contradict each other
 */
export function openaiTarget(url: string, endpoint?: 'completions' | 'chat'): OpenaiTarget {
  const parsed = parseHttpUrl(url);
  const base = parsed.pathname.replace(/\/+$/, '');
  const named = base.endsWith('/chat/completions') ? 'chat' : base.endsWith('/completions') ? 'completions' : undefined;
  if (named !== undefined && endpoint !== undefined && named !== endpoint) {
    throw new SpeedometerError('usage', `--endpoint ${endpoint}: the path of --url asks for ${named}`, {
      hint: 'Leave one of the two out.',
    });
  }
  const chosen = named ?? endpoint ?? 'completions';
  const root = base.endsWith('/v1') || base.includes('/v1/') ? base : `${base}/v1`;
  const userInfo = [parsed.username, parsed.password].map(decodeURIComponent).join(':');
  return {
    origin: parsed.origin,
    path: (named === undefined ? `${root}/${routes[chosen]}` : base) + parsed.search,
    endpoint: chosen,
    ...(userInfo === ':' ? {} : { userInfo }),
  };
}

function parseHttpUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new SpeedometerError(
      'usage',
      `--url: expected an address such as http://127.0.0.1:8000, got "${maskUserInfo(url)}"`,
    );
  }
  return parsed;
}

function requestHeaders(settings: OpenaiSettings, target: OpenaiTarget): readonly string[] {
  const key = process.env[settings.api_key_env];
  const headers = new Map([
    ['content-type', 'application/json'],
    ['accept', settings.streaming ? 'text/event-stream' : 'application/json'],
    ['accept-encoding', 'identity'],
  ]);
  if (key) headers.set('authorization', `Bearer ${key}`);
  else if (target.userInfo) headers.set('authorization', `Basic ${Buffer.from(target.userInfo).toString('base64')}`);
  for (const header of settings.header) {
    const colon = header.indexOf(':');
    headers.set(header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim());
  }
  return [...headers].flat();
}
