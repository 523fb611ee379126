/**
 * Keys, tokens and passwords that this process has read. Whatever leaves it as text (events, answers, errors, words on a
 * terminal) goes through {@link withoutSecrets}: a server may repeat in its answer what it was sent.
 */
const kept = new Set<string>();

/** Shorter ones would be found in texts that have nothing to do with them. */
const shortest = 6;
/** So much of a secret's beginning is masked as well, where a text was cut off within it. */
const beginning = 8;

/** Notes values that no text may show, in each form in which a server may repeat them. */
export function keepSecrets(values: Iterable<string>): void {
  for (const value of values) {
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
    for (const form of forms) if (form.length >= shortest) kept.add(form);
  }
}

/** What was kept, for another process or thread of this run. */
export function keptSecrets(): readonly string[] {
  return [...kept];
}

/** A text in which `***` stands for every secret that was kept. */
export function withoutSecrets(text: string): string {
  let masked = text;
  for (const secret of kept) {
    if (masked.includes(secret)) masked = masked.replaceAll(secret, '***');
    const tail = masked.slice(-secret.length);
    const cut = secret.length > beginning ? tail.lastIndexOf(secret.slice(0, beginning)) : -1;
    if (cut !== -1 && secret.startsWith(tail.slice(cut))) masked = `${masked.slice(0, cut - tail.length)}***`;
  }
  return masked;
}

/** A plain value, such as an event, with all texts in it masked. The value itself where there is nothing to mask. */
export function masked<Value>(value: Value): Value {
  return kept.size === 0 ? value : (maskedParts(value) as Value);
}

function maskedParts(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(maskedParts);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, maskedParts(part)]));
}

const secretName =
  /(^|[-_.])(api-?key|key|auth|authorization|token|secret|password|passwd|cookie|credentials?|signature|sig)$/i;

/** Whether a header or a parameter of that name holds a secret: `authorization`, `x-api-key`, `access_token`. */
export function namesSecret(name: string): boolean {
  return secretName.test(name.replaceAll('_', '-'));
}

const name = '(?:api[-_]?key|access[-_]?token|auth[-_]?token|hf[-_]?token|secret|password|passwd)';
const value = `(?:"([^"]+)"|'([^']+)'|([^\\s"',;&}]+))`;
const namedValue = new RegExp(`(?:--?[\\w-]*${name}\\s+|${name}["']?\\s*[:=]\\s*|\\bbearer\\s+)${value}`, 'gi');

/** The secrets that stand in a command line or in JSON beside their names: `--api-key KEY`, `HF_TOKEN=KEY`, `"api_key": "KEY"`. */
export function secretsIn(text: string): readonly string[] {
  return [...text.matchAll(namedValue)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}
