import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { expectFile } from './expectFile.ts';

/**
 * Reads a file of one JSON value a line, each of a known shape.
 *
 * @param what in words: `records of AIPerf`
 * @throws SpeedometerError `usage` where there is none, or where a line has another shape: which, and where it differs
 */
export function readJsonLines<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
): readonly z.output<Schema>[] {
  expectFile(path);
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = schema.safeParse(parse(line, `${path}, line ${index + 1}`, what));
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    throw new SpeedometerError(
      'usage',
      `${path}, line ${index + 1}: these are no ${what} (at ${issue?.path.join('.')}): ${issue?.message}`,
      { hint: 'Does --from name the tool that wrote the file?' },
    );
  });
}

function parse(line: string, place: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new SpeedometerError('usage', `${place}: expected ${what} as JSON: ${messageOf(cause)}`, { cause });
  }
}
