import type { OptionSpec } from './optionSpec.ts';

/** What follows the name in a usage: `N...`, `[true|false]`, `text|json`, `TEXT`. */
export function placeholder({ value, isList, meta }: OptionSpec): string {
  if (value.type === 'boolean') return '[true|false]';
  const one = value.enum?.join('|') ?? (value.type === 'string' ? 'TEXT' : 'N');
  const several = isList || meta.expands === true ? `${one}...` : one;
  return meta.word === undefined ? several : `${several}|${meta.word}`;
}

/** The default in words, or `undefined` where there is none to speak of. */
export function defaultWords({ defaultValue, meta }: OptionSpec): string | undefined {
  if (meta.defaultText !== undefined) return meta.defaultText;
  if (Array.isArray(defaultValue)) return defaultValue.length === 0 ? 'none' : defaultValue.join(' ');
  return defaultValue === undefined ? undefined : String(defaultValue);
}

/** The options under the titles of their slices, in order. */
export function groupOptions(specs: readonly OptionSpec[]): ReadonlyMap<string, readonly OptionSpec[]> {
  const groups = new Map<string, OptionSpec[]>();
  for (const spec of specs) {
    const group = groups.get(spec.group);
    if (group === undefined) groups.set(spec.group, [spec]);
    else group.push(spec);
  }
  return groups;
}
