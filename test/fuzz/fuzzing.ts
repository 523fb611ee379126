import fc from 'fast-check';
import { expect } from 'vitest';
import { SpeedometerError } from '../../src/core/errors.ts';

/** `FUZZ_RUNS` times as many, and `FUZZ_SEED` for the cases of an earlier run: a failure prints both. */
const times = Number(process.env['FUZZ_RUNS'] ?? 1);
const seed = process.env['FUZZ_SEED'];

/** How often a property is tried, and from which seed on. @param examples cases that failed once, tried first */
export function tries<Case extends [unknown, ...unknown[]]>(
  numRuns: number,
  examples: Case[] = [],
): fc.Parameters<Case> {
  return { numRuns: Math.ceil(numRuns * times), examples, ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

/** Does something that may refuse its input in words, and in no other way. @returns undefined where it refused */
export function refusing<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt();
  } catch (thrown) {
    if (!(thrown instanceof SpeedometerError)) throw thrown;
    expect(thrown.code).toBe('usage');
    return undefined;
  }
}

/** What happens to bytes on the way: one is changed, some are lost, some are repeated, the end is cut off. */
export interface Harm {
  readonly kind: 'flip' | 'lose' | 'repeat' | 'cut';
  /** Where, as a share of the length. */
  readonly at: number;
  readonly bytes: number;
}

export const harms = fc.array(
  fc.record({
    kind: fc.constantFrom<Harm['kind']>('flip', 'lose', 'repeat', 'cut'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bytes: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function harmed(whole: Buffer, done: readonly Harm[]): Buffer {
  let bytes = Buffer.from(whole);
  for (const { kind, at, bytes: count } of done) {
    const start = Math.floor(at * bytes.length);
    const part = bytes.subarray(start, start + count);
    if (kind === 'flip' && bytes.length > 0) bytes[start] = (bytes[start] ?? 0) ^ count;
    else if (kind === 'cut') bytes = bytes.subarray(0, start);
    else if (kind === 'lose') bytes = Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + count)]);
    else if (kind === 'repeat') bytes = Buffer.concat([bytes.subarray(0, start), part, bytes.subarray(start)]);
  }
  return bytes;
}

/** Values that no program expects where it looks for another. */
const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 0.5, 1e308, '', 'NaN', [], {}, [[]], '__proto__', { length: -1 }, true),
);

export interface Swap {
  readonly at: number;
  readonly value: unknown;
}

export const swaps = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), value: strange }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

/** A JSON value in which some parts are others, wherever in its depth. */
export function swapped(json: unknown, done: readonly Swap[]): unknown {
  const root: Holder = { json: structuredClone(json) };
  for (const { at, value } of done) {
    const places = placesIn(root);
    const [holder, key] = places[Math.floor(at * places.length)] ?? [root, 'json'];
    holder[key] = structuredClone(value);
  }
  return root.json;
}

type Holder = Record<string, unknown>;

function placesIn(holder: object): readonly (readonly [Holder, string])[] {
  return Object.keys(holder).flatMap((key) => {
    const value = (holder as Holder)[key];
    const inside = typeof value === 'object' && value !== null ? placesIn(value) : [];
    return [[holder as Holder, key] as const, ...inside];
  });
}
