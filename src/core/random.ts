/** Uniform numbers in [0, 1), each call the next of its stream. */
export type RandomStream = () => number;

/**
 * A seeded stream of its own for every purpose: the same seed and names give the same numbers on every machine, and
 * drawing from one stream never moves another.
 *
 * @example randomStream(1, 'prompts', 17)
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): RandomStream {
  return randomStreams(seed, ...names)(0);
}

/**
 * A stream for each whole number below 2^32, such as that of a request. Names are hashed once, so that a stream costs
 * little more than its numbers.
 *
 * @example const lengths = randomStreams(1, 'prompt length'); lengths(17)();
 */
export function randomStreams(seed: number, ...names: readonly (string | number)[]): (number: number) => RandomStream {
  const key = hash(`${seed}/${names.join('/')}`);
  return (number) => sfc32(key, number);
}

/** A seed for runs that gave none; it is kept in the log, so that the run can be repeated. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

/** Rounds that spread two words of seed over the whole state, as many as the generator's author gives it. */
const mixingRounds = 12;

/** Chris Doty-Humphrey's sfc32 of PractRand (public domain), seeded with two words: 32 bits a number. */
function sfc32(low: number, high: number): RandomStream {
  let a = 0;
  let b = low | 0;
  let c = high | 0;
  let counter = 1;
  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let round = 0; round < mixingRounds; round++) next();
  return next;
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
