import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Prompts and answers of somebody lie below it. */
const ours = { mode: 0o700 };

/**
 * Makes a folder and those above it, where they are not there. Node's own recursive `mkdir` never returns where a file
 * system answers "no such file" for a folder in one that exists, as `/proc` does.
 * @throws the file system's error
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, ours);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw thrown;
    makeFolder(above);
    mkdirSync(path, ours);
  }
}
