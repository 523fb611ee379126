import { SpeedometerError } from '../core/errors.ts';
import type { ChatMessage } from './client.ts';
import { lengthControlOf } from './lengthControl.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import type { OpenaiEndpoint } from './openaiTarget.ts';
import type { ServerFacts } from './serverFacts.ts';

/** What shapes a body beside its prompt and its length. */
export interface BodySettings
  extends Pick<OpenaiOptions, 'temperature' | 'ignore_eos' | 'extra_body' | 'max_tokens_field'> {
  readonly model: string;
  readonly streaming: boolean;
  /** What is known of the server; undefined where it was not asked. */
  readonly facts?: ServerFacts;
}

/** What stands around a prompt in every body, as JSON text: written once, since it is the same for all requests. */
export interface BodyFrame {
  readonly head: string;
  /** Without the closing brace. */
  readonly tail: string;
  /** Head and tail around a conversation, in place of those around a prompt; absent where the endpoint takes none. */
  readonly around?: (messages: readonly ChatMessage[]) => string;
  /** What stands before each number that is the answer's length: `,"max_tokens":`. */
  readonly lengths: readonly string[];
}

/**
 * The frame of all bodies that go to an endpoint.
 * @throws SpeedometerError `usage` where `extra_body` is no JSON object, or has a member that another option sets
 */
export function openaiBodyFrame(settings: BodySettings, endpoint: OpenaiEndpoint): BodyFrame {
  const control = lengthControlOf(settings, endpoint, settings.facts);
  const { model, temperature, extra_body } = settings;
  const members = {
    model,
    ...(temperature === undefined || endpoint === 'embeddings' ? {} : { temperature }),
    ...(control.fields.includes('ignore_eos') ? { ignore_eos: true } : {}),
    ...ofEndpoint(endpoint, settings.streaming),
    ...(extra_body === undefined ? {} : parseExtraBody(extra_body)),
  };
  const fixed = JSON.stringify(members).slice(0, -1);
  const maxField =
    endpoint === 'responses'
      ? 'max_output_tokens'
      : (settings.max_tokens_field ?? maxFieldOf(settings.facts, endpoint));
  const lengths =
    endpoint === 'embeddings' ? [] : [maxField, ...control.fields.filter((field) => field === 'min_tokens')];
  return { ...aroundPrompt(fixed, endpoint), lengths: lengths.map((field) => `,"${field}":`) };
}

function ofEndpoint(endpoint: OpenaiEndpoint, streaming: boolean): object {
  // A vector as base64 is a quarter of the bytes, and costs nothing to read.
  if (endpoint === 'embeddings') return { encoding_format: 'base64' };
  if (endpoint === 'responses') return { store: false, ...(streaming ? { stream: true } : {}) };
  return streaming ? { stream: true, stream_options: { include_usage: true } } : {};
}

/** OpenAI's newer models refuse the old name in chat; most other servers know only that. */
function maxFieldOf(facts: ServerFacts | undefined, endpoint: OpenaiEndpoint): string {
  return endpoint === 'chat' && facts?.flavour === 'openai' ? 'max_completion_tokens' : 'max_tokens';
}

function aroundPrompt(fixed: string, endpoint: OpenaiEndpoint): Omit<BodyFrame, 'lengths'> {
  switch (endpoint) {
    case 'chat':
      return {
        head: `${fixed},"messages":[{"role":"user","content":`,
        tail: '}]',
        around: (messages) => `${fixed},"messages":${JSON.stringify(messages)}`,
      };
    case 'completions':
      return { head: `${fixed},"prompt":`, tail: '' };
    case 'responses':
      return {
        head: `${fixed},"input":`,
        tail: '',
        // llama.cpp knows what an assistant said by its type alone.
        around: (messages) =>
          `${fixed},"input":${JSON.stringify(messages.map((message) => ({ type: 'message', ...message })))}`,
      };
    default:
      return { head: `${fixed},"input":`, tail: '' };
  }
}

/** Members that an option of ours sets, or a prompt: replaced in silence, the figures would be those of something else. */
const setElsewhere: Readonly<Record<string, string>> = {
  model: '--model',
  stream: '--streaming',
  prompt: '--prompt_text_source',
  messages: '--prompt_text_source',
  input: '--prompt_text_source',
  max_tokens: '--max_new_tokens',
  max_completion_tokens: '--max_new_tokens',
  max_output_tokens: '--max_new_tokens',
  min_tokens: '--ignore_eos',
};

/**
 * Reads what `--extra_body` adds to every body.
 * @throws SpeedometerError `usage` where it is no JSON object, or has a member that another option sets
 */
export function parseExtraBody(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SpeedometerError(
      'usage',
      `--extra_body: expected a JSON object, got ${JSON.stringify(text.slice(0, 60))}`,
      {
        hint: `Such as --extra_body '{"top_p": 0.9}'; in a file of options a mapping is taken too.`,
      },
    );
  }
  for (const member of Object.keys(parsed)) {
    const option = Object.hasOwn(setElsewhere, member) ? setElsewhere[member] : undefined;
    if (option === undefined) continue;
    throw new SpeedometerError(
      'usage',
      `--extra_body: "${member}" cannot be set here, it would replace what is measured`,
      {
        hint: `${option} sets it.`,
      },
    );
  }
  return parsed as Readonly<Record<string, unknown>>;
}
