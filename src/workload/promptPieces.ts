import type { CountWithin, WordCounts } from './wordCounts.ts';

/**
 * Distinct stretches of a text by their number of tokens: `pieces[k]` holds pairs (start, end) of offsets of those that
 * have exactly `k`. They are the letters that a prompt's number is spelled with, and fill what whole words leave open.
 */
export type PromptPieces = readonly Uint32Array[];

const mostTokens = 4;
const mostPieces = 4096;
const enoughPieces = 64;
const wordOfLetters = /^ \p{L}+$/u;

/** Collects words; where too few of them are one token, beginnings of words as well. */
export function collectPieces(text: string, { starts }: WordCounts, countWithin: CountWithin): PromptPieces {
  const pieces: number[][] = Array.from({ length: mostTokens + 1 }, () => []);
  const seen = new Set<string>();
  const collect = (start: number, end: number) => {
    const piece = text.slice(start, end);
    if (seen.has(piece) || !wordOfLetters.test(piece)) return;
    seen.add(piece);
    const bucket = pieces[countWithin(piece)];
    if (bucket !== undefined && bucket !== pieces[0] && bucket.length < 2 * mostPieces) bucket.push(start, end);
  };
  for (let word = 0; word + 1 < starts.length && seen.size < 4 * mostPieces; word++) {
    collect(starts[word] ?? 0, starts[word + 1] ?? 0);
  }
  const tooFew = () => (pieces[1]?.length ?? 0) < 2 * enoughPieces;
  for (let word = 0; word + 1 < starts.length && tooFew() && seen.size < 8 * mostPieces; word++) {
    const start = starts[word] ?? 0;
    const end = Math.min(starts[word + 1] ?? 0, start + 8);
    for (let cut = start + 2; cut < end; cut++) if (!isLowSurrogate(text, cut)) collect(start, cut);
  }
  return pieces.map((bucket) => Uint32Array.from(bucket));
}

/**
 * Which gaps pieces can fill exactly: `fillable[n]` is 1 where some pieces have `n` tokens together. Long enough for
 * the gap that any word of the text can leave.
 */
export function findFillable(pieces: PromptPieces, { tokensBefore }: WordCounts): Uint8Array {
  let longestWord = 0;
  for (let word = 0; word + 1 < tokensBefore.length; word++) {
    longestWord = Math.max(longestWord, (tokensBefore[word + 1] ?? 0) - (tokensBefore[word] ?? 0));
  }
  const fillable = new Uint8Array(2 * longestWord + mostTokens);
  fillable[0] = 1;
  for (let gap = 1; gap < fillable.length; gap++) {
    if (pieces.some((bucket, tokens) => tokens > 0 && bucket.length > 0 && fillable[gap - tokens] === 1)) {
      fillable[gap] = 1;
    }
  }
  return fillable;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit < 0xe000;
}
