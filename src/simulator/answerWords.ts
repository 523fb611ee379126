import { randomStream } from '../core/random.ts';

/** Each is one token of `o200k_base` when a blank stands before it. */
export const vocabulary: readonly string[] = (
  'the and of to in is that it was for on with as at by from this they we you she he be are have not but had his her ' +
  'one all there when which their time will if no man out said what up about into than them can only other new some ' +
  'could these two may then do first any my now such like our over me even most made after also did many before must ' +
  'through back years where much your way well down should because long each just those people how too little state ' +
  'good very make world still own see men work life without being day house water night light river road town hand ' +
  'head eyes morning letter garden table window door summer winter music story paper silver green heavy quiet early'
).split(' ');

const drawnWords = 8192;

/** The words of answers: token `n` of an answer that was given `place`. */
export type AnswerWords = (place: number, n: number) => string;

/** Seeded: the same seed and place give the same answer. Each word has its blank before it. */
export function answerWords(seed: number): AnswerWords {
  const random = randomStream(seed, 'words');
  const drawn = Array.from({ length: drawnWords }, () => ` ${vocabulary[Math.floor(random() * vocabulary.length)]}`);
  // A stride that shares no factor with the length lets neighbouring places begin far apart.
  return (place, n) => drawn[(place * 2797 + n) % drawnWords] as string;
}
