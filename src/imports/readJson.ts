import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import { expectFile } from './expectFile.ts';

/**
 * Reads a JSON file, gzipped or not, of a known shape.
 *
 * @param what in words: `results of vLLM's benchmark_serving.py`
 * @throws SpeedometerError `usage` where there is none, or where it has another shape: the first place that differs
 */
export function readJson<Schema extends z.ZodType>(path: string, schema: Schema, what: string): z.output<Schema> {
  expectFile(path);
  const parsed = schema.safeParse(parse(path, what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new SpeedometerError(
    'usage',
    `${path}: these are no ${what}${place === '' ? '' : ` (at ${place})`}: ${issue?.message}`,
    {
      hint: 'Does --from name the tool that wrote the file?',
    },
  );
}

function parse(path: string, what: string): unknown {
  const bytes = readFileSync(path);
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return JSON.parse((isZipped ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (cause) {
    throw new SpeedometerError('usage', `${path}: expected ${what} as JSON: ${messageOf(cause)}`, { cause });
  }
}
