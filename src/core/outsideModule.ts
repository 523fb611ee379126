import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRunClock } from './clock.ts';
import { messageOf, SpeedometerError } from './errors.ts';

/** The address of a module that a person names by its path or its `file:` address. */
export function outsideAddress(path: string): string {
  return path.startsWith('file:') ? path : pathToFileURL(resolve(path)).href;
}

/** The path of a module as messages show it. */
export function outsidePath(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    return address; // the address of a file on another machine
  }
}

/**
 * Loads a module of the user's own.
 * @param flag the option that names it, such as `--api`: messages begin with it
 * @param address as {@link outsideAddress} gives it
 * @param limitMs how long its loading may take: 10 s
 * @throws SpeedometerError `usage` where there is no such file, or it does not load in time
 */
export async function loadOutside(
  flag: string,
  address: string,
  limitMs = 10_000,
): Promise<Readonly<Record<string, unknown>>> {
  const path = outsidePath(address);
  if (!existsSync(path)) {
    throw new SpeedometerError('usage', `${flag} ${path}: no such file`, {
      hint: 'Paths count from the folder that you are in.',
    });
  }
  try {
    return await importWithin(address, limitMs);
  } catch (cause) {
    throw new SpeedometerError('usage', `${flag} ${path}: does not load (${messageOf(cause)})`, {
      hint: loadHint(path),
      cause,
    });
  }
}

/** Without the timer node would end without a word: nothing else is left to do. */
function importWithin(address: string, limitMs: number): Promise<Readonly<Record<string, unknown>>> {
  const clock = createRunClock(0);
  let timer: unknown;
  const limit = new Promise<never>((_, reject) => {
    const message = `not within ${limitMs / 1000} s: an await at its top level does not end`;
    timer = clock.setTimeout(() => reject(new Error(message)), limitMs);
  });
  return Promise.race([import(address), limit]).finally(() => clock.clearTimeout(timer));
}

function loadHint(path: string): string {
  return path.endsWith('ts')
    ? "Let node load TypeScript: NODE_OPTIONS='--import tsx', or node 22.18 and later."
    : `See for yourself: node ${path}`;
}
