import type { Clock } from '../core/clock.ts';
import type { AnswerRecord, RequestSpec, ResponseReader, Service } from './client.ts';
import { GenerateReader } from './generateReader.ts';
import { parseExtraBody } from './openaiBody.ts';
import { openaiTarget } from './openaiTarget.ts';
import type { PostedRequest } from './postClient.ts';
import { VllmClient, type VllmSettings } from './vllmClient.ts';

/** A vLLM by the `/generate` of its old versions. */
export class VllmGenerateClient extends VllmClient {
  readonly #streaming: boolean;
  readonly #path: string;
  readonly #members: string;

  constructor(settings: VllmSettings, clock: Clock) {
    super(settings, clock);
    this.#streaming = settings.streaming;
    this.#path = settings.url === undefined ? '/generate' : generatePath(settings.url);
    const { streaming: stream, temperature, ignore_eos, extra_body } = settings;
    this.#members = JSON.stringify({
      ...{ stream, n: 1, ignore_eos },
      ...(temperature === undefined ? {} : { temperature }),
      ...(extra_body === undefined ? {} : parseExtraBody(extra_body)),
    }).slice(1, -1);
  }

  protected override async describeService(): Promise<Service> {
    return { url: this.url, description: 'vLLM, spoken to by its old /generate.' };
  }

  override prepareRequest({ prompt, maxNewTokens }: RequestSpec): PostedRequest {
    const body = `{"prompt":${JSON.stringify(prompt)},${this.#members},"max_tokens":${maxNewTokens}}`;
    return { path: this.#path, body: Buffer.from(body), prompt };
  }

  override processResponse({ prompt }: PostedRequest, answer: AnswerRecord): ResponseReader<Uint8Array> {
    return new GenerateReader(prompt, this.#streaming, answer);
  }
}

/** `http://host` and `http://host/generate` both work. */
function generatePath(url: string): string {
  const { base } = openaiTarget(url);
  return base.endsWith('/generate') ? base : `${base}/generate`;
}
