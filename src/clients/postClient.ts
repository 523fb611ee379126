import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import type {
  AnswerRecord,
  Cancel,
  ChatMessage,
  Client,
  RequestSpec,
  ResponseReader,
  Service,
  ServiceStart,
  Wire,
} from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { nameServer, warnOfServer } from './describeServer.ts';
import { type HttpConnection, type HttpRequest, toHttpBody } from './httpConnection.ts';
import { parseExtraBody } from './openaiBody.ts';
import { openaiHeaders } from './openaiHeaders.ts';
import type { OpenaiTarget } from './openaiTarget.ts';
import { postConnection } from './postConnection.ts';
import { probeServer } from './probeServer.ts';
import type { ServerFlavour } from './serverFacts.ts';

/** A JSON object, as a request's body is. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What tells one protocol from another where each request is one POST of JSON. */
export interface PostProtocol {
  /** Who speaks it, for a person. */
  readonly name: string;
  /** What kind of server that is, where it is always the same. */
  readonly flavour?: ServerFlavour;
  readonly target: OpenaiTarget;
  /** How far answers have the drawn length, in words: `forced (ignore_eos)`. */
  readonly lengths: string;
  /** @param earlier what was said before, where the protocol takes it */
  bodyOf(prompt: string, maxNewTokens: number, earlier?: readonly ChatMessage[]): JsonObject;
  readerOf(prompt: string, answer: AnswerRecord): ResponseReader<Uint8Array>;
}

/** A request, with the prompt that its answer may repeat. */
export interface PostedRequest extends HttpRequest {
  readonly prompt: string;
}

/** A server at an address that is asked by POSTs of JSON. */
export class PostClient implements Client<PostedRequest, Uint8Array> {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #protocol: PostProtocol;
  readonly #extra: JsonObject;
  readonly #connection: HttpConnection;

  /** @throws SpeedometerError `usage` where `--extra_body` is no JSON object */
  constructor(settings: ClientSettings, clock: Clock, protocol: PostProtocol) {
    this.#settings = settings;
    this.#clock = clock;
    this.#protocol = protocol;
    this.#extra = settings.extra_body === undefined ? {} : parseExtraBody(settings.extra_body);
    const accept = settings.streaming ? 'text/event-stream, application/x-ndjson' : 'application/json';
    this.#connection = postConnection(settings, protocol.target, accept, protocol.flavour);
  }

  async startService({ signal }: ServiceStart): Promise<Service> {
    const { name, target, lengths } = this.#protocol;
    const facts = await probeServer(this.#settings, target, this.#clock, signal);
    const server = facts.flavour === 'unknown' ? name : nameServer(facts);
    return {
      url: this.#settings.url ?? target.origin,
      facts,
      lengths,
      description: `${server}, asked by ${target.path}. Output lengths: ${lengths}.`,
      warnings: warnOfServer(facts, this.#settings.model),
    };
  }

  async stopService(): Promise<void> {}

  /** @throws SpeedometerError `usage` where `--extra_body` would replace what is measured */
  prepareRequest({ prompt, maxNewTokens, earlier }: RequestSpec): PostedRequest {
    const body = withExtra(this.#protocol.bodyOf(prompt, maxNewTokens, earlier), this.#extra);
    return { path: this.#protocol.target.path, body: toHttpBody(JSON.stringify(body)), prompt };
  }

  sendRequest(prepared: PostedRequest, wire: Wire<Uint8Array>): Cancel {
    return this.#connection.post(prepared, wire);
  }

  processResponse({ prompt }: PostedRequest, answer: AnswerRecord): ResponseReader<Uint8Array> {
    return this.#protocol.readerOf(prompt, answer);
  }

  close(): void {
    this.#connection.close();
  }
}

/**
 * What an adapter of such a protocol checks: the address, and options that mean nothing to it.
 * @throws SpeedometerError `usage`
 */
export function checkPostSettings(settings: ClientSettings, protocol: PostProtocol): void {
  openaiHeaders(settings, protocol.target, '*/*');
  const refused = (['endpoint', 'max_tokens_field'] as const).find((name) => settings[name] !== undefined);
  if (refused !== undefined) {
    throw new SpeedometerError('usage', `--${refused}: ${protocol.name} has one route only, ${protocol.target.path}`, {
      hint: 'Leave it out, or measure the OpenAI routes of the server by --api openai.',
    });
  }
  const extra = settings.extra_body === undefined ? {} : parseExtraBody(settings.extra_body);
  withExtra(protocol.bodyOf('', 1), extra);
}

/** Members of a body that hold others take members of their namesakes; nothing is replaced. */
function withExtra(body: JsonObject, extra: JsonObject, within = ''): JsonObject {
  const merged: Record<string, unknown> = { ...body };
  for (const [name, value] of Object.entries(extra)) {
    const there = Object.hasOwn(body, name) ? body[name] : undefined;
    if (there === undefined) merged[name] = value;
    else if (isObject(there) && isObject(value)) merged[name] = withExtra(there, value, `${within}${name}.`);
    else {
      throw new SpeedometerError('usage', `--extra_body: "${within}${name}" cannot be set here, an option sets it`, {
        hint: 'It would replace what is measured.',
      });
    }
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
