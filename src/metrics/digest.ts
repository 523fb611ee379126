import { createHash } from 'node:crypto';
import type { Analysed } from './analysed.ts';

/**
 * SHA-256 over all that was concluded from a run's events: windows, level summaries, decisions. Figures and decisions
 * are hashed apart, so that it does not matter which of the two a reader hears first.
 */
export class Digest {
  readonly #figures = createHash('sha256');
  readonly #decisions = createHash('sha256');

  /** Takes windows and level summaries of the stream, and leaves events alone. */
  add(item: Analysed): void {
    if (item.type === 'window.closed') this.#figures.update(canonical(item.window));
    else if (item.type === 'level.summarized') this.#figures.update(canonical(item.summary));
  }

  addDecision(decision: object): void {
    this.#decisions.update(canonical(decision));
  }

  /** In hex, as far as it was fed; more can be added after. */
  hex(): string {
    const whole = createHash('sha256');
    for (const part of [this.#figures, this.#decisions]) whole.update(part.copy().digest());
    return whole.digest('hex');
  }
}

/** JSON with keys in order and without absent values, a line for each value: one text for one meaning. */
export function canonical(value: object): string {
  return `${inOrder(value)}\n`;
}

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((part: unknown) => inOrder(part ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const record = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(record).sort()) {
    const part = record[key];
    if (part !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${inOrder(part)}`;
  }
  return `{${text}}`;
}
