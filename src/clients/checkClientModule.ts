import { z } from 'zod';
import type { Abilities } from './adapter.ts';

/** What is wrong with the exports of a module, where in it, and the way out. */
interface ModuleProblem {
  readonly message: string;
  readonly hint: string;
}

/** Where it stands what a client must do. */
export const contractHint = 'What a client must do: docs/adding-a-client.md.';

/**
 * Looks whether a module exports what a client from outside must.
 * @returns the first thing that is wrong; undefined where nothing is
 */
export function problemOfModule({ adapter, options }: Readonly<Record<string, unknown>>): ModuleProblem | undefined {
  if (!isObject(adapter)) {
    return {
      message: 'has no export named adapter',
      hint: 'Write "export const adapter = { abilities, createClient }".',
    };
  }
  if (typeof adapter['createClient'] !== 'function') {
    const hint = 'It takes settings and a clock, and returns a client.';
    return { message: 'its adapter lacks createClient', hint };
  }
  return problemOfAbilities(adapter['abilities']) ?? (options === undefined ? undefined : problemOfOptions(options));
}

type Field = readonly [expected: string, fits: (value: unknown) => boolean];

const text: Field = ['a text', (value) => typeof value === 'string'];
const yesOrNo: Field = ['true or false', (value) => typeof value === 'boolean'];
const oneOf = (...words: readonly string[]): Field => [
  `one of ${words.join(', ')}`,
  (value) => words.includes(value as string),
];

const abilityFields: { readonly [Name in keyof Required<Abilities>]: Field } = {
  protocol: text,
  streams: yesOrNo,
  managesServer: yesOrNo,
  outputLength: oneOf('forced', 'asked', 'capped'),
  tokenSource: oneOf('usage', 'tokenIds', 'tokenizer', 'chunks'),
  flushesPrefixCache: yesOrNo,
  conversations: ['true or false', (value) => value === undefined || typeof value === 'boolean'],
  testedAgainst: text,
};

function problemOfAbilities(abilities: unknown): ModuleProblem | undefined {
  if (!isObject(abilities)) return { message: 'its adapter lacks abilities', hint: contractHint };
  for (const [name, [expected, fits]] of Object.entries(abilityFields)) {
    const value = abilities[name];
    if (fits(value)) continue;
    return {
      message: `its adapter's abilities.${name}: expected ${expected}, got ${gotWords(value)}`,
      hint: contractHint,
    };
  }
  return undefined;
}

const optionHint = 'Write "shape: { my_depth: option(z.int(), { description: \'How deep it goes\' }) }".';

function problemOfOptions(options: unknown): ModuleProblem | undefined {
  if (!isObject(options) || typeof options['title'] !== 'string' || !isObject(options['shape'])) {
    const hint = 'Write "export const options = { title, shape }".';
    return { message: 'its export options is no slice of options', hint };
  }
  for (const [name, type] of Object.entries(options['shape'])) {
    const message = problemOfOption(type);
    if (message !== undefined) return { message: `its option ${name}: ${message}`, hint: optionHint };
  }
  return undefined;
}

function problemOfOption(type: unknown): string | undefined {
  if (!(type instanceof z.ZodType)) return `expected option(type, { description }), got ${gotWords(type)}`;
  if (typeof type.meta()?.['description'] !== 'string') return 'expected a description, got none';
  return canBeFlag(type) ? undefined : 'expected a text, a number, true or false, names, or a list of them';
}

const flagTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'array']);

function canBeFlag(type: z.ZodType): boolean {
  try {
    return flagTypes.has(z.toJSONSchema(type, { io: 'input', target: 'draft-7' }).type);
  } catch {
    return false; // such as dates, which have no form in JSON
  }
}

/** A value in a few characters, for a person who wrote it. */
export function gotWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

/** Whether a value has members by name. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
