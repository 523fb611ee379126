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
  return `${JSON.stringify(value, (_key, part: unknown) => (isRecord(part) ? sorted(part) : part))}\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
