import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { azuremlFailure } from './azuremlFailure.ts';
import { type AzuremlForm, azuremlForm, type RequestShape, requestShape } from './azuremlForm.ts';
import { azuremlHeaders } from './azuremlHeaders.ts';
import { askOnce, refuseHopeless } from './azuremlProbe.ts';
import type {
  AnswerRecord,
  Cancel,
  Client,
  Failure,
  RequestSpec,
  ResponseReader,
  Service,
  ServiceStart,
  Wire,
} from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { type CommandKey, commandKey } from './commandKey.ts';
import { HttpConnection, type HttpRequest } from './httpConnection.ts';
import { keyFromEnvironment } from './openaiHeaders.ts';
import { tlsOptions } from './tlsOptions.ts';

/** A request with the number by which the endpoint's logs know it. */
interface AzuremlRequest extends HttpRequest {
  readonly traceId: string;
}

/** An AzureML online endpoint, in its scoring form or by the OpenAI API. */
export class AzuremlClient implements Client<AzuremlRequest, Uint8Array> {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #form: AzuremlForm;
  readonly #shape: RequestShape;
  readonly #command: CommandKey | undefined;
  readonly #fixedKey: string | undefined;
  #connection: HttpConnection | undefined;
  #headers: { readonly key: string | undefined; readonly lines: readonly string[] } | undefined;

  constructor(settings: ClientSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#form = azuremlForm(settings);
    this.#shape = requestShape(this.#form, settings, clock);
    const { api_key, api_key_command, api_key_env } = settings;
    this.#command = api_key_command === undefined ? undefined : commandKey(api_key_command);
    this.#fixedKey =
      api_key ?? keyFromEnvironment({ api: 'azureml', ...(api_key_env === undefined ? {} : { api_key_env }) });
  }

  /** Asks once: it shows whether the key is right, and wakes an endpoint that sleeps. */
  async startService({ say, signal }: ServiceStart): Promise<Service> {
    const { deployment_name: deployment, url = '' } = this.#settings;
    const { name, target } = this.#form;
    await this.#command?.now();
    say('asking the endpoint once');
    const startedAtMs = this.#clock.nowMs();
    const failure = await askOnce(this, this.#clock, signal);
    this.close();
    const tookSec = ((this.#clock.nowMs() - startedAtMs) / 1000).toFixed(1);
    if (failure !== undefined) refuseHopeless(failure);
    const form = name === 'openai' ? 'the OpenAI API' : `the scoring form of ${name} images`;
    const where = deployment === undefined ? 'AzureML endpoint' : `AzureML deployment ${deployment}`;
    return {
      url,
      description: `${where}, asked by ${form} at ${target.path}; the first answer took ${tookSec} s.`,
      warnings: failure === undefined ? [] : [`the first request failed: ${failure.message ?? failure.reason}`],
    };
  }

  async stopService(): Promise<void> {}

  prepareRequest(spec: RequestSpec): AzuremlRequest {
    const traceId = `deepspeedometer-${this.#settings.seed}-${spec.request}`.slice(0, 40);
    return { ...this.#shape.prepareRequest(spec), traceId };
  }

  sendRequest(prepared: AzuremlRequest, wire: Wire<Uint8Array>): Cancel {
    const key = this.#command?.now() ?? this.#fixedKey;
    if (typeof key !== 'object') return this.#post(prepared, key, wire);
    let cancel: Cancel | undefined;
    let isCancelled = false;
    const fail = (failure: Failure) => {
      if (!isCancelled) wire.failed(failure);
    };
    key.then(
      (arrived) => {
        if (!isCancelled) cancel = this.#post(prepared, arrived, wire);
      },
      (thrown: unknown) => fail({ kind: 'connect', reason: 'noKey', message: messageOf(thrown) }),
    );
    return () => {
      if (cancel === undefined) fail({ kind: 'aborted', reason: 'cancelled' });
      isCancelled = true;
      cancel?.();
    };
  }

  processResponse(prepared: AzuremlRequest, answer: AnswerRecord): ResponseReader<Uint8Array> {
    return this.#shape.processResponse(prepared, answer);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #post(prepared: AzuremlRequest, key: string | undefined, wire: Wire<Uint8Array>): Cancel {
    if (this.#headers?.key !== key || this.#headers === undefined) {
      this.#headers = { key, lines: azuremlHeaders(this.#settings, this.#form, key) };
    }
    this.#connection ??= new HttpConnection(this.#form.target.origin, {
      headers: [],
      refine: azuremlFailure,
      connect: tlsOptions(this.#settings),
    });
    const headers = [...this.#headers.lines, 'x-ms-client-request-id', prepared.traceId];
    return this.#connection.post({ ...prepared, headers }, this.#command === undefined ? wire : this.#watch(key, wire));
  }

  /** A key that is refused is replaced for the requests after it; this one has failed, and is told so. */
  #watch(key: string | undefined, wire: Wire<Uint8Array>): Wire<Uint8Array> {
    return {
      sent: () => wire.sent(),
      resent: (failure) => wire.resent?.(failure),
      headers: () => wire.headers(),
      received: (piece) => wire.received(piece),
      ended: () => wire.ended(),
      failed: (failure) => {
        if (failure.httpStatus === 401 && key !== undefined) this.#command?.refuse(key);
        wire.failed(failure);
      },
    };
  }
}
