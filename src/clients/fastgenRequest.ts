import { SpeedometerError } from '../core/errors.ts';
import { type FastgenValueKind, optionField, promptField } from './fastgenMessages.ts';
import { grpcFrame } from './grpcFrames.ts';

/** What of the settings goes into a request. */
export interface FastgenRequestSettings {
  readonly streaming: boolean;
  readonly ignore_eos: boolean;
  readonly temperature?: number | undefined;
  readonly extra_body?: string | undefined;
}

/** An option of MII's generation: how it travels, and what MII takes. */
interface GenerationOption {
  readonly kind: FastgenValueKind;
  readonly words: string;
  readonly takes: (value: unknown) => boolean;
}

const isWhole = (value: unknown, least: number) => Number.isSafeInteger(value) && Number(value) >= least;
const flag = { kind: 'flag', words: 'true or false', takes: (value: unknown) => typeof value === 'boolean' } as const;

/** What `--extra_body` may hold. MII refuses other names, and a stream that it refuses hangs: all is checked here. */
const generationOptions: Readonly<Record<string, GenerationOption>> = {
  max_length: { kind: 'integer', words: 'a whole number of at least 1', takes: (value) => isWhole(value, 1) },
  min_new_tokens: { kind: 'integer', words: 'a whole number of at least 0', takes: (value) => isWhole(value, 0) },
  top_k: { kind: 'integer', words: 'a whole number of at least 1', takes: (value) => isWhole(value, 1) },
  top_p: {
    kind: 'float',
    words: 'a number above 0 and up to 1',
    takes: (value) => typeof value === 'number' && Math.fround(value) > 0 && value <= 1,
  },
  temperature: {
    kind: 'float',
    words: 'a number above 0 (for greedy answers: --extra_body \'{"do_sample": false}\')',
    takes: (value) => typeof value === 'number' && Math.fround(value) > 0 && Number.isFinite(Math.fround(value)),
  },
  do_sample: flag,
  ignore_eos: flag,
  return_full_text: flag,
  stop: { kind: 'text', words: 'one text', takes: (value) => typeof value === 'string' && value !== '' },
};

/**
 * What all requests of a sweep have in common, encoded once.
 * @returns the body of a request, framed
 * @throws SpeedometerError `usage` for an option that MII would refuse
 */
export function fastgenRequests(settings: FastgenRequestSettings): (prompt: string, maxNewTokens: number) => Buffer {
  const { streaming, ignore_eos, temperature } = settings;
  const extra = extraOptions(settings.extra_body);
  const options = new Map<string, unknown>([['ignore_eos', ignore_eos], ...Object.entries(extra)]);
  if (temperature !== undefined) options.set('temperature', temperature);
  const common = Buffer.concat([
    ...[...options].map(([name, value]) => checkedField(name, value, name in extra)),
    // Only with the streaming call: in the other one it ends an answer after its first token.
    ...(streaming ? [optionField('stream', 'flag', true)] : []),
  ]);
  return (prompt, maxNewTokens) =>
    grpcFrame(Buffer.concat([promptField(prompt), optionField('max_new_tokens', 'integer', maxNewTokens), common]));
}

function checkedField(name: string, value: unknown, isExtra: boolean): Buffer {
  const flagWords = isExtra ? `--extra_body: ${name}` : `--${name}`;
  const option = Object.hasOwn(generationOptions, name) ? generationOptions[name] : undefined;
  if (option === undefined) {
    throw new SpeedometerError('usage', `${flagWords}: MII has no such option of a generation, or it is set for you`, {
      hint: `It takes ${Object.keys(generationOptions).join(', ')}.`,
    });
  }
  if (!option.takes(value)) {
    throw new SpeedometerError('usage', `${flagWords}: MII takes ${option.words}, got ${JSON.stringify(value)}`);
  }
  return optionField(name, option.kind, value as string | number | boolean);
}

function extraOptions(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SpeedometerError('usage', '--extra_body: expected a JSON object such as {"top_p": 0.9}');
  }
  const twice = ['ignore_eos', 'temperature'].find((name) => name in parsed);
  if (twice === undefined) return { ...parsed };
  throw new SpeedometerError('usage', `--extra_body: ${twice} is set by --${twice}`);
}
