import { type RandomStream, randomStream, randomStreams } from '../core/random.ts';
import type { PromptSource } from './promptSource.ts';
import type { PrefixPart } from './requestShape.ts';
import { wordAtToken } from './wordCounts.ts';

/** A prompt as slices of the source: pairs (start, end) of UTF-16 offsets, and the tokens they have joined. */
export interface CutPrompt {
  readonly slices: readonly number[];
  readonly tokens: number;
}

/** The prompt of a request at a wanted length, with what it begins with; a pure function. */
export type PromptCutter = (request: number, wantedTokens: number, prefix?: readonly PrefixPart[]) => CutPrompt;

/** Numbers that requests may have; heads are long enough to spell all of them. */
const mostRequests = 2 ** 31;
const headTokens = 8;

/** How many prompts the source's pieces can tell apart within their first 8 tokens. */
export function distinctHeads(source: PromptSource): number {
  const { base, digits } = chooseHead(source);
  return base ** digits;
}

/**
 * Cuts prompts: what they share with others, then a head that spells the request's number, then the source from a random
 * word on, around its end where need be. What is shared has a head too, of its own number, so that two beginnings differ
 * in their first words. All parts begin with a blank after a character that is none, where counts add up.
 */
export function createCutter(source: PromptSource, seed: number): PromptCutter {
  const appendHead = createHead(source, seed, 'head');
  const appendPrefixHead = createHead(source, seed, 'prefix head');
  const wordCount = source.starts.length - 1;
  const bodyStreams = randomStreams(seed, 'body');
  const prefixStreams = randomStreams(seed, 'prefix body');
  return (request, wantedTokens, prefix = []) => {
    const budget = Math.max(1, wantedTokens - source.offsetTokens);
    const slices: number[] = [];
    const append = (head: typeof appendHead, number: number, random: RandomStream, most: number): number => {
      const start = Math.floor(random() * wordCount);
      const headTokens = head(slices, number, most);
      return headTokens + appendBody(slices, source, start, most - headTokens, random);
    };
    let tokens = 0;
    for (const part of prefix) {
      tokens += append(
        appendPrefixHead,
        part.number,
        prefixStreams(part.number),
        Math.min(part.tokens, budget - tokens),
      );
    }
    tokens += append(appendHead, request, bodyStreams(request), budget - tokens);
    if (tokens === 0) tokens += appendWord(slices, source, Math.floor(bodyStreams(request)() * wordCount)); // longer than asked, but never an empty prompt
    if (source.dropsLeadingBlank) slices[0] = (slices[0] ?? 0) + 1;
    return { slices, tokens: tokens + source.offsetTokens };
  };
}

/**
 * Spells a number in the base of the pieces, lowest digit first and every digit shifted by those before it: prompts of
 * neighbouring requests differ in their first word, and any two of them somewhere in the head.
 */
function createHead(source: PromptSource, seed: number, purpose: string) {
  const { pieceTokens, base, digits } = chooseHead(source);
  const random = randomStream(seed, purpose);
  const alphabet = shuffled(source.pieces[pieceTokens] ?? new Uint32Array(0), random);
  const shifts = Array.from({ length: digits }, () => Math.floor(random() * base));
  return (slices: number[], request: number, budget: number): number => {
    let tokens = 0;
    let rest = request;
    let letter = 0;
    for (const shift of shifts) {
      if (tokens + pieceTokens > budget) break;
      letter = (letter + (rest % base) + shift) % base;
      rest = Math.floor(rest / base);
      slices.push(alphabet[2 * letter] ?? 0, alphabet[2 * letter + 1] ?? 0);
      tokens += pieceTokens;
    }
    return tokens;
  };
}

/** The size of pieces that tells most prompts apart, and how many of them are needed. */
function chooseHead({ pieces }: PromptSource): { pieceTokens: number; base: number; digits: number } {
  let best = { pieceTokens: 1, base: 0, digits: 0 };
  for (let pieceTokens = 1; pieceTokens < pieces.length; pieceTokens++) {
    const base = (pieces[pieceTokens]?.length ?? 0) / 2;
    if (base < 2) continue;
    const digits = Math.min(Math.floor(headTokens / pieceTokens), Math.ceil(Math.log(mostRequests) / Math.log(base)));
    const reach = Math.min(mostRequests, base ** digits);
    if (reach > Math.min(mostRequests, best.base ** best.digits)) best = { pieceTokens, base, digits };
  }
  return best;
}

/** Fisher-Yates over pairs. */
function shuffled(pairs: Uint32Array, random: RandomStream): Uint32Array {
  const shuffledPairs = pairs.slice();
  for (let last = pairs.length / 2 - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    for (const side of [0, 1]) {
      const moved = shuffledPairs[2 * last + side] ?? 0;
      shuffledPairs[2 * last + side] = shuffledPairs[2 * other + side] ?? 0;
      shuffledPairs[2 * other + side] = moved;
    }
  }
  return shuffledPairs;
}

/** Appends whole words from `start` on and fills the rest with pieces; gives the tokens appended, at most `wanted`. */
function appendBody(
  slices: number[],
  source: PromptSource,
  start: number,
  wanted: number,
  random: RandomStream,
): number {
  if (wanted <= 0) return 0;
  const { starts, tokensBefore, text } = source;
  const wholeText = tokensBefore.at(-1) ?? 0;
  const target = (tokensBefore[start] ?? 0) + wanted;
  const laps = Math.floor(target / wholeText);
  const rest = target % wholeText;
  const firstWord = laps === 0 ? start : 0;
  let end = wordAtToken(source, rest);
  while (end > firstWord && source.fillable[rest - (tokensBefore[end] ?? 0)] !== 1) end--;
  if (laps > 0) slices.push(starts[start] ?? 0, text.length);
  for (let lap = 1; lap < laps; lap++) slices.push(0, text.length);
  if (end > firstWord) slices.push(starts[firstWord] ?? 0, starts[end] ?? 0);
  const gap = rest - (tokensBefore[end] ?? 0);
  return wanted - gap + appendPieces(slices, source, gap, random);
}

function appendPieces(slices: number[], { pieces, fillable }: PromptSource, gap: number, random: RandomStream): number {
  if (fillable[gap] !== 1) return 0;
  let left = gap;
  while (left > 0) {
    let tokens = Math.min(left, pieces.length - 1);
    while ((pieces[tokens]?.length ?? 0) === 0 || fillable[left - tokens] !== 1) tokens--;
    const bucket = pieces[tokens] ?? new Uint32Array(0);
    const pair = 2 * Math.floor((random() * bucket.length) / 2);
    slices.push(bucket[pair] ?? 0, bucket[pair + 1] ?? 0);
    left -= tokens;
  }
  return gap;
}

function appendWord(slices: number[], { starts, tokensBefore }: PromptSource, word: number): number {
  slices.push(starts[word] ?? 0, starts[word + 1] ?? 0);
  return (tokensBefore[word + 1] ?? 0) - (tokensBefore[word] ?? 0);
}
