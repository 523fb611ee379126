#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// Nothing else is imported here: Node reads many modules at once, and with too few open files it takes them for missing.
const leastOpenFiles = 256;

/** How many files this process may have open, where the system tells. */
function openFileLimit(): number | undefined {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.NaN);
  } catch {
    return undefined;
  }
}

const limit = openFileLimit();
if (limit !== undefined && limit < leastOpenFiles) {
  process.stderr.write(
    `error  this shell allows ${limit} open files, and ${leastOpenFiles} are needed to start.\n       Raise the limit: ulimit -n 4096  (exit 2)\n`,
  );
  process.exitCode = 2;
} else await import('./program.ts');
