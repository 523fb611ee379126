import { keepSecrets, namesSecret, secretsIn } from '../core/secrets.ts';
import type { OptionSpec } from './optionSpec.ts';
import type { RunOptions } from './runOptions.ts';

/** Notes every secret that options hold, before any text is made of them. */
export function keepOptionSecrets(options: RunOptions, specs: readonly OptionSpec[]): void {
  const values: Readonly<Record<string, unknown>> = { ...options, ...options.own };
  for (const spec of specs) keepSecrets(textsOf(values[spec.name]).flatMap((text) => secretsOf(spec, text)));
}

/** Whether what was given to an option holds a key or a password, which whoever lists processes sees in a flag. */
export function holdsSecret(spec: OptionSpec, alternatives: readonly unknown[]): boolean {
  const texts = alternatives.flatMap(textsOf);
  if (spec.name === 'header') return texts.some((line) => namesSecret(line.split(':')[0]?.trim() ?? ''));
  if (spec.name === 'api_key_command') return texts.some((text) => secretsIn(text).length > 0);
  return texts.some((text) => secretsOf(spec, text).length > 0);
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

function secretsOf({ name, meta }: OptionSpec, text: string): readonly string[] {
  if (name.endsWith('url')) return secretsOfUrl(text);
  const own = meta.secret === true ? [text] : [];
  const mayHold = meta.takesFlags === true || meta.takesMapping === true || name.endsWith('command');
  return mayHold ? [...own, ...secretsIn(text)] : own;
}

/** The user info, and parameters such as `?api_key=KEY`. */
function secretsOfUrl(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { username, password, searchParams } = new URL(text);
  const userInfo = [username, password].filter((part) => part !== '').flatMap((part) => [part, decodedPart(part)]);
  const parameters = [...searchParams].filter(([name]) => namesSecret(name)).map(([, value]) => value);
  return [...userInfo, ...parameters];
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
