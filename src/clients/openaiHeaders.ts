import { SpeedometerError } from '../core/errors.ts';
import { keepSecrets, namesSecret } from '../core/secrets.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import type { OpenaiTarget } from './openaiTarget.ts';

/** What of the options ends in headers. */
export interface HeaderOptions
  extends Pick<OpenaiOptions, 'api_key_env' | 'organization_env' | 'project_env' | 'header'>,
    Partial<Pick<OpenaiOptions, 'insecure'>> {
  /** The client that asks; without it one that speaks the OpenAI API. */
  readonly api?: string;
}

/** A key of OpenAI's goes to nobody who speaks another protocol, unless its variable is named. */
const keyVariables: Readonly<Record<string, string | undefined>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  azureml: 'AZUREML_API_KEY',
  llamacpp: undefined,
  ollama: undefined,
  sglang: undefined,
  tgi: undefined,
  triton: undefined,
};

/**
 * What to do where a server wants a key, or another one.
 * @param variable where a key is looked for by itself
 */
export function keyHints(variable?: string): Readonly<Record<number, string>> {
  const way = variable === undefined ? '' : `set ${variable}, or `;
  return {
    401: `It wants a key: ${way}name ${variable === undefined ? 'the' : 'another'} variable that holds it with --api_key_env.`,
    403: `The key has no right to this: see ${variable === undefined ? '' : `${variable} and `}--api_key_env.`,
  };
}

/** What to do where a server that speaks the OpenAI API refuses. */
export const openaiHints: Readonly<Record<number, string>> = {
  ...keyHints('OPENAI_API_KEY'),
  400: 'If it does not know a field that we send: --ignore_eos false leaves out what is no part of the OpenAI API.',
};

/** What an HTTP header may hold: RFC 9110, section 5.5. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Headers of every request: name, value, name, value, ... What `--header` says outranks the rest.
 * @throws SpeedometerError `usage` where a variable of the environment holds what no header can
 */
export function openaiHeaders(options: HeaderOptions, target: OpenaiTarget, accept: string): readonly string[] {
  const headers = new Map([
    ['content-type', 'application/json'],
    ['accept', accept],
    ['accept-encoding', 'identity'], // a compressed stream comes in the blocks of its compression
  ]);
  const key = keyFromEnvironment(options);
  if (options.api === 'anthropic') {
    headers.set('anthropic-version', '2023-06-01');
    if (key !== undefined) headers.set('x-api-key', key);
  } else if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  else if (target.userInfo) headers.set('authorization', `Basic ${Buffer.from(target.userInfo).toString('base64')}`);
  if (speaksOpenai(options.api)) {
    const organization = fromEnvironment(options.organization_env);
    if (organization !== undefined) headers.set('openai-organization', organization);
    const project = fromEnvironment(options.project_env);
    if (project !== undefined) headers.set('openai-project', project);
  }
  for (const header of options.header) {
    const colon = header.indexOf(':');
    headers.set(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim());
  }
  for (const [name, value] of headers) if (namesSecret(name) || looksLikeKey.test(value)) keepSecrets(partsOf(value));
  return [...headers].flat();
}

/** One long word of letters and digits, whatever its header is called. */
const looksLikeKey = /^(?=.*\d)(?=.*[a-z])[^\s/;,]{20,}$/i;

/** A value, and what follows its scheme: servers repeat `Bearer KEY`, or the key alone. */
function partsOf(value: string): readonly string[] {
  const blank = value.indexOf(' ');
  return blank === -1 ? [value] : [value, value.slice(blank + 1).trim()];
}

/**
 * The key that the environment holds for a client.
 * @throws SpeedometerError `usage` where it holds what no header can
 */
export function keyFromEnvironment({
  api,
  api_key_env,
}: Pick<HeaderOptions, 'api' | 'api_key_env'>): string | undefined {
  const variable = api_key_env ?? (speaksOpenai(api) ? 'OPENAI_API_KEY' : keyVariables[api ?? '']);
  return variable === undefined ? undefined : fromEnvironment(variable);
}

function speaksOpenai(api: string | undefined): boolean {
  return api === undefined || !Object.hasOwn(keyVariables, api);
}

function fromEnvironment(name: string): string | undefined {
  const value = process.env[name]?.trim(); // read from a file it often ends with a line break
  if (value === undefined || value === '') return undefined;
  keepSecrets([value]);
  if (headerValue.test(value)) return value;
  throw new SpeedometerError('usage', `${name}: what it holds is not a valid header value`, {
    hint: 'Line breaks and characters beyond Latin-1 cannot be sent in a header.',
  });
}
