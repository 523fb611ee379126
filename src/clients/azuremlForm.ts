import type { Clock } from '../core/clock.ts';
import type { Client } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import type { HttpRequest } from './httpConnection.ts';
import { OpenaiClient } from './openai.ts';
import { endpointOf, type OpenaiTarget, openaiTarget } from './openaiTarget.ts';
import { PostClient, type PostProtocol } from './postClient.ts';
import { postTarget } from './postTarget.ts';
import { ScoringReader } from './scoringReader.ts';

/** What is spoken with an endpoint, and where. */
export interface AzuremlForm {
  readonly name: 'vllm' | 'mii' | 'openai';
  readonly target: OpenaiTarget;
  /** The address without `/score`. */
  readonly url: string;
}

/** Forms requests and reads answers; sends nothing. */
export type RequestShape = Pick<Client<HttpRequest, Uint8Array>, 'prepareRequest' | 'processResponse'>;

/** @throws SpeedometerError `usage` where the URL is none */
export function azuremlForm(settings: ClientSettings): AzuremlForm {
  const url = (settings.url ?? '').replace(/\/score\/?(?=$|\?)/, '');
  const name = settings.azureml_form ?? (namesOpenaiRoute(url) ? 'openai' : 'vllm');
  const target = name === 'openai' ? openaiTarget(url, settings.endpoint) : scoringProtocol(settings, name).target;
  return { name, target, url };
}

/** @throws SpeedometerError `usage` where `--extra_body` is no JSON object */
export function requestShape({ name, url }: AzuremlForm, settings: ClientSettings, clock: Clock): RequestShape {
  return name === 'openai'
    ? new OpenaiClient({ ...settings, url }, clock)
    : new PostClient(settings, clock, scoringProtocol(settings, name));
}

/** @param image the kind that is deployed: each names the length of an answer as its engine does */
export function scoringProtocol(
  { url = '', ignore_eos, temperature }: ClientSettings,
  image: 'vllm' | 'mii',
): PostProtocol {
  const lengthField = image === 'vllm' ? 'max_tokens' : 'max_new_tokens';
  return {
    name: 'AzureML in its scoring form',
    target: postTarget(url, '/score'),
    lengths: 'asked for (ignore_eos); whether the endpoint keeps them, the figures show',
    bodyOf: (prompt, maxNewTokens) => ({
      input_data: {
        input_string: [prompt],
        parameters: {
          [lengthField]: maxNewTokens,
          return_full_text: false,
          ignore_eos,
          ...(temperature === undefined ? {} : { temperature }),
        },
      },
    }),
    readerOf: (prompt, answer) => new ScoringReader(prompt, answer),
  };
}

function namesOpenaiRoute(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const path = new URL(url).pathname.replace(/\/+$/, '');
  return endpointOf(path) !== undefined || /\/v\d+$/.test(path);
}
