import { type RandomStream, randomStream } from '../core/random.ts';
import { englishWords } from './englishWords.ts';

/** Words of the text where no length is asked: enough for prompts of the default lengths to start anywhere. */
export const builtInTextWords = 60_000;

/**
 * Plain sentences of common words, the same in every run; a longer text begins with the shorter one. Nearly all words
 * are one token of the common vocabularies, so the text has about as many tokens as words and punctuation marks.
 */
export function builtInText(leastWords: number = builtInTextWords): string {
  const random = randomStream(1, 'built-in text');
  const sentences: string[] = [];
  for (let words = 0; words < leastWords; ) {
    const sentence = drawSentence(random);
    words += sentence.length;
    const [first = '', ...others] = sentence;
    const lastOfParagraph = random() < 0.15;
    sentences.push(
      `${first.charAt(0).toUpperCase()}${first.slice(1)} ${others.join(' ')}.${lastOfParagraph ? '\n\n' : ' '}`,
    );
  }
  return sentences.join('').trimEnd();
}

function drawSentence(random: RandomStream): readonly string[] {
  const sentence = drawClause(random);
  if (random() < 0.4) {
    sentence.push(`${sentence.pop() ?? ''},`, pick(random, englishWords.conjunctions), ...drawClause(random));
  }
  return sentence;
}

function drawClause(random: RandomStream): string[] {
  const clause = drawNounPhrase(random);
  if (random() < 0.2) clause.push(pick(random, englishWords.adverbs));
  clause.push(pick(random, englishWords.verbs), ...drawNounPhrase(random));
  if (random() < 0.5) clause.push(pick(random, englishWords.prepositions), ...drawNounPhrase(random));
  return clause;
}

function drawNounPhrase(random: RandomStream): string[] {
  const phrase = [pick(random, englishWords.determiners)];
  if (random() < 0.5) phrase.push(pick(random, englishWords.adjectives));
  const noun = pick(random, englishWords.nouns);
  const [next = ''] = phrase[1] ?? noun;
  if (phrase[0] === 'a' && 'aeio'.includes(next)) phrase[0] = 'an';
  phrase.push(noun);
  return phrase;
}

function pick(random: RandomStream, words: readonly string[]): string {
  return words[Math.floor(random() * words.length)] ?? '';
}
