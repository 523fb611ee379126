import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { builtInText, builtInTextWords } from './builtInText.ts';

/** Beyond this much of a text file prompts get no more varied, only the start slower. */
const longestFileBytes = 16 * 1024 * 1024;

export interface SourceText {
  /** Fit for {@link countWords}: begins with a blank, ends without one, and no word is very long. */
  readonly text: string;
  /** What the user should know of it; absent where nothing is. */
  readonly warning?: string;
}

/**
 * The text to cut prompts from: the file of that name where there is one, else the option's value itself; the built-in
 * text where the option is not given, long enough for prompts of `longestPromptTokens`.
 * @throws SpeedometerError `usage` where the file is missing, unreadable, not text, or there is nothing in it
 */
export function readSourceText(promptTextSource: string | undefined, longestPromptTokens: number): SourceText {
  if (promptTextSource === undefined) {
    return { text: fitForWords(builtInText(Math.max(builtInTextWords, 2 * longestPromptTokens))) };
  }
  if (isPath(promptTextSource)) return readFile(promptTextSource);
  const text = fitForWords(promptTextSource);
  if (text === '') throw emptySource('the text given is empty');
  return { text };
}

function isPath(textOrPath: string): boolean {
  const looksLikePath =
    /^(\.{1,2}|~)?[\\/]\S/.test(textOrPath) || /^\S+[\\/]\S+$/.test(textOrPath) || /^[^\n]+\.txt$/i.test(textOrPath);
  return exists(textOrPath) || looksLikePath;
}

function exists(path: string): boolean {
  try {
    return path !== '' && statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // too long for a name, or through something that is no folder: a literal
  }
}

function readFile(path: string): SourceText {
  const { bytes, wholeBytes } = readBytes(path);
  if (bytes.includes(0)) throw notText(path);
  const text = fitForWords(decode(bytes, path));
  if (text === '') throw emptySource(`the file ${path} has no text in it`);
  if (bytes.length === wholeBytes) return { text };
  return { text, warning: `of ${path} only the first ${longestFileBytes / 1024 / 1024} MiB are used` };
}

function readBytes(path: string): { readonly bytes: Buffer; readonly wholeBytes: number } {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new Error('it is not a regular file'); // opening a pipe would wait for its writer
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(Math.min(found.size, longestFileBytes));
      return { bytes: bytes.subarray(0, readSync(file, bytes)), wholeBytes: found.size };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(path, missing ? 'there is no such file' : messageOf(error), error);
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    // As a stream, because the last character may be cut where the file is not read to its end.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    throw notText(path);
  }
}

/**
 * A blank in front, so that the first word is a word like all others; and a blank into every stretch of 64 characters
 * without one (scripts without blanks, encoded data), so that there are enough places to cut at.
 */
function fitForWords(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '' : ` ${trimmed.replace(/\S{64}(?=[^\s\p{M}])/gu, '$& ')}`;
}

function unreadable(path: string, reason: string, cause?: unknown): SpeedometerError {
  return new SpeedometerError('usage', `prompt_text_source: the file ${path} cannot be read: ${reason}`, {
    hint: 'Give a readable text file, or the text itself: it must not look like a path, such as a/b or c.txt.',
    cause,
  });
}

function notText(path: string): SpeedometerError {
  return new SpeedometerError('usage', `prompt_text_source: ${path} is not a text file: expected UTF-8`, {
    hint: 'Give a plain text file, or leave the option out for the built-in text.',
  });
}

function emptySource(what: string): SpeedometerError {
  return new SpeedometerError('usage', `prompt_text_source: ${what}: expected at least one word`, {
    hint: 'Give a text file or a text with words, or leave the option out for the built-in text.',
  });
}
