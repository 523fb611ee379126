import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform numbers in [0, 1), each call the next of its stream. */
export type RandomStream = () => number;

/**
 * A seeded stream of its own for every purpose: the same seed and names give the same numbers on every machine, and
 * drawing from one stream never moves another.
 *
 * @example randomStream(1, 'prompts', 17)
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  const generator = xoroshiro128plus(hash(`${seed}/${names.join('/')}`));
  for (let skipped = 0; skipped < 8; skipped++) generator.next(); // a one-word seed is not yet well mixed
  return () => {
    const high = generator.next() >>> 6;
    const low = generator.next() >>> 5;
    return (high * 2 ** 27 + low) / 2 ** 53;
  };
}

/** A seed for runs that gave none; it is kept in the log, so that the run can be repeated. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

/** FNV-1a over the UTF-16 units, then the finalizer of MurmurHash3, so that names alike give seeds unlike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) | 0;
}
