import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { messageOf, SpeedometerError } from '../core/errors.ts';

/** A line of a file, without its end. */
export interface FileLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

const chunkBytes = 1024 * 1024;

/**
 * The text of a UTF-8 file in pieces of at most 1 MiB, so that a file need not fit into memory. A byte order mark is left out.
 * @param option the option that named the file, for messages
 * @throws SpeedometerError `usage` where it cannot be read or is no text
 */
export function* readTextChunks(path: string, option: string): Generator<string, void, undefined> {
  const file = openFile(path, option);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const bytes = Buffer.alloc(chunkBytes);
    for (let length = readSync(file, bytes); length > 0; length = readSync(file, bytes)) {
      yield decode(() => decoder.decode(bytes.subarray(0, length), { stream: true }), path, option);
    }
    yield decode(() => decoder.decode(), path, option);
  } finally {
    closeSync(file);
  }
}

/** The lines of a text file, one after the other. @throws as {@link readTextChunks} */
export function* readLines(path: string, option: string): Generator<FileLine, void, undefined> {
  let rest = '';
  let number = 0;
  for (const chunk of readTextChunks(path, option)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { number: ++number, text: line.endsWith('\r') ? line.slice(0, -1) : line };
  }
  if (rest !== '') yield { number: ++number, text: rest };
}

function openFile(path: string, option: string): number {
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a regular file'); // opening a pipe would wait for its writer
    return openSync(path, 'r');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : messageOf(error);
    throw new SpeedometerError('usage', `${option}: the file ${path} cannot be read: ${reason}`, {
      hint: 'Give the path of a readable file.',
      cause: error,
    });
  }
}

function decode(read: () => string, path: string, option: string): string {
  try {
    const text = read();
    if (!text.includes('\0')) return text;
  } catch {
    // below: bytes that are no UTF-8 and those that are no text are one to who reads it
  }
  throw new SpeedometerError('usage', `${option}: ${path} is not a text file: expected UTF-8`, {
    hint: 'CSV, JSON lines and the like are read as they are; unpack a compressed file first.',
  });
}
