import { SpeedometerError } from '../core/errors.ts';

/** What a backslash takes its meaning from, inside double quotes; before anything else it stands for itself there. */
const escapable = new Set(['"', '\\', '$', '`']);

/**
 * Splits a line into words as a POSIX shell does: blanks part them, quotes and backslashes keep blanks. Nothing else of
 * a shell is there: variables, patterns, pipes and redirections are plain characters.
 * @param option the option that the line was given with, for the error
 * @throws SpeedometerError `usage` for a quote without its end, or a backslash at the end
 */
export function shellWords(line: string, option: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\' && quote !== "'" && (quote === undefined || escapable.has(line.charAt(at + 1)))) {
      if (++at === line.length) throw unfinished(option, 'a backslash ends it');
      word = (word ?? '') + line.charAt(at);
    } else if (character === quote) quote = undefined;
    else if (quote === undefined && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw unfinished(option, `a ${quote} is not closed`);
  return word === undefined ? words : [...words, word];
}

function unfinished(option: string, what: string): SpeedometerError {
  return new SpeedometerError('usage', `--${option}: ${what}`, {
    hint: 'It is split into words like a line of a shell: quotes come in pairs, \\" and \\\\ stand for " and \\.',
  });
}
