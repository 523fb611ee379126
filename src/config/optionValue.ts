import type { OptionSpec } from './optionSpec.ts';

/** Either the checked value or what is wrong with it; `index` is the element that is wrong in a list. */
export type CheckedValue = { readonly value: unknown } | { readonly problem: string; readonly index?: number };

/** Checks a value against its option's type. `raw` is a scalar, or a list of scalars for a list option. */
export function checkValue(spec: OptionSpec, raw: unknown): CheckedValue {
  const { word } = spec.meta;
  if (word !== undefined && Array.isArray(raw) && raw.length === 1 && raw[0] === word) return { value: word };
  const parsed = spec.type.safeParse(typeof raw === 'string' ? (spec.meta.valueAliases?.[raw] ?? raw) : raw);
  if (parsed.success) return { value: parsed.data };
  const [first] = parsed.error.issues;
  // Of a word or a list: what is wrong with the list.
  const issue = first?.code === 'invalid_union' ? first.errors.at(-1)?.[0] : first;
  const index = typeof issue?.path[0] === 'number' ? issue.path[0] : undefined;
  const wrong = index === undefined ? raw : (raw as readonly unknown[])[index];
  const expected = issue?.message.startsWith('expected ') ? issue.message : `expected ${describeExpected(spec)}`;
  const problem = spec.meta.secret === true ? expected : `${expected}, got ${describeGot(wrong)}`;
  return index === undefined ? { problem } : { problem, index };
}

/** What one value of the option has to be: `a whole number of tokens from 1`. */
export function describeExpected({ value, meta }: OptionSpec): string {
  if (value.enum !== undefined) return `one of ${value.enum.join(', ')}`;
  switch (value.type) {
    case 'boolean':
      return 'true or false';
    case 'string':
      return value.minLength === undefined ? 'text' : 'text that is not empty';
    case 'integer':
    case 'number': {
      const noun = value.type === 'integer' ? 'a whole number' : 'a number';
      const unit = meta.unit === undefined ? '' : ` of ${unitWords[meta.unit] ?? meta.unit}`;
      return [noun + unit, describeRange(value)].filter(Boolean).join(' ');
    }
  }
}

const unitWords: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds' };

function describeRange({ minimum, maximum, exclusiveMinimum }: OptionSpec['value']): string {
  const from =
    exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined && `from ${minimum}`;
  const to = maximum !== undefined && `${exclusiveMinimum === undefined ? 'to' : 'and up to'} ${maximum}`;
  return [from, to].filter(Boolean).join(' ');
}

/** A value as messages show it, cut where it is long. */
export function describeGot(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'an empty list';
    return value.every(isWord) ? describeGot(value.join(' ')) : 'a list';
  }
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
