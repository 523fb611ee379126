import { HttpProblem } from './httpProblem.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

export type Endpoint = 'completions' | 'chat';

/** What a body asks for, as far as it changes the answer. */
export interface CompletionRequest {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

export type CountTokens = (text: string) => number;

/** The name that is listed where no other was given. */
export const defaultModelName = 'simulated-8b';

/** In chat vLLM answers up to the end of the context; a model that never stops by itself had better not. */
const defaultMaxTokens = 16;

/**
 * Reads the body of `/v1/completions` or `/v1/chat/completions`. Members that no answer here depends on are ignored, as
 * vLLM ignores them: `temperature`, `ignore_eos`, `min_tokens` and the like, since an answer always has exactly the
 * length that was asked for. A chat counts as the text of its messages, without a template.
 *
 * @throws HttpProblem 400 or 404, worded as vLLM words it
 */
export function parseCompletionRequest(
  endpoint: Endpoint,
  body: string,
  options: SimulatorOptions,
  countTokens: CountTokens,
): CompletionRequest {
  const asked = parseObject(body);
  const model = asked.model ?? options.served_model_name ?? defaultModelName;
  if (typeof model !== 'string') throw wrong('model', 'a string');
  if (options.served_model_name !== undefined && model !== options.served_model_name) {
    const message = `The model \`${model}\` does not exist. Valid aliases: ${options.served_model_name}.`;
    throw new HttpProblem(404, message, 'model');
  }
  if ((asked.n ?? 1) !== 1) throw wrong('n', '1: this server gives one answer to a request');
  const promptTokens =
    endpoint === 'chat' ? chatTokens(asked.messages, countTokens) : textTokens(asked.prompt, countTokens);
  const maxNewTokens = parseMaxTokens(asked);
  refuseTooLong(promptTokens, maxNewTokens, options.kv_cache_tokens);
  return { endpoint, model, promptTokens, maxNewTokens, ...parseStreaming(asked) };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(body: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new HttpProblem(400, 'The body is not valid JSON.');
  }
  if (!isObject(parsed)) throw new HttpProblem(400, 'The body must be a JSON object.');
  return parsed;
}

function wrong(param: string, expected: string): HttpProblem {
  return new HttpProblem(400, `${param} must be ${expected}. (parameter=${param})`, param);
}

function textTokens(prompt: unknown, countTokens: CountTokens): number {
  const only = Array.isArray(prompt) && prompt.length === 1 && typeof prompt[0] !== 'number' ? prompt[0] : prompt;
  const isIds = Array.isArray(only) && only.every((id) => Number.isInteger(id));
  if (!isIds && typeof only !== 'string') throw wrong('prompt', 'one text or one list of token ids');
  const tokens = isIds ? only.length : countTokens(only as string);
  if (tokens === 0) throw wrong('prompt', 'at least one token long');
  return tokens;
}

function chatTokens(messages: unknown, countTokens: CountTokens): number {
  if (!Array.isArray(messages)) throw wrong('messages', 'a list');
  let tokens = 0;
  for (const message of messages as readonly unknown[]) {
    const content = isObject(message) ? message.content : undefined;
    const parts: readonly unknown[] = Array.isArray(content) ? content : [{ text: content ?? '' }];
    for (const part of parts) {
      const text = isObject(part) ? part.text : undefined;
      if (typeof text !== 'string') throw wrong('messages', 'of text');
      tokens += countTokens(text);
    }
  }
  if (tokens === 0) throw wrong('messages', 'at least one token long');
  return tokens;
}

function parseMaxTokens(asked: JsonObject): number {
  const param = asked.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const value = asked[param] ?? defaultMaxTokens;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw wrong(param, 'a whole number from 1');
  return value;
}

function parseStreaming(asked: JsonObject): { readonly stream: boolean; readonly includeUsage: boolean } {
  const stream = asked.stream ?? false;
  if (typeof stream !== 'boolean') throw wrong('stream', 'true or false');
  const streamOptions = asked.stream_options;
  if (streamOptions == null) return { stream, includeUsage: false };
  if (!stream || !isObject(streamOptions)) throw wrong('stream_options', 'an object, and given with stream only');
  return { stream, includeUsage: streamOptions.include_usage !== false };
}

function refuseTooLong(promptTokens: number, maxNewTokens: number, limit: number): void {
  if (promptTokens + maxNewTokens <= limit) return;
  const message =
    `This model's maximum context length is ${limit} tokens. However, you requested ${maxNewTokens} output tokens and ` +
    `your prompt contains ${promptTokens} input tokens, for a total of ${promptTokens + maxNewTokens} tokens. ` +
    'Please reduce the length of the input prompt or the number of requested output tokens.';
  throw new HttpProblem(400, message, 'max_tokens');
}
