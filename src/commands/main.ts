#!/usr/bin/env node
import { runCommandLine } from './commandLine.ts';
import { exitCodeOf, renderError } from './errorText.ts';
import type { Terminal } from './terminal.ts';
import { verbs } from './verbs.ts';

const { stdout, stderr, env } = process;

// Whoever reads our output may go (`| head`, a closed terminal): then there is nobody to tell, and the log is still
// worth writing.
const readerGone = new Set(['EPIPE', 'EIO']);
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!readerGone.has(error.code ?? '')) throw error;
  });
}

const terminal: Terminal = {
  columns: Math.min(stdout.columns ?? 80, 120),
  color: stderr.isTTY && (env['NO_COLOR'] ?? '') === '',
  writeOut: (text) => void stdout.write(text),
  writeError: (text) => void stderr.write(text),
};

// What nobody caught is a bug, and is told like every other error.
process.on('uncaughtException', (error) => {
  terminal.writeError(`${renderError(error, { color: terminal.color, debug: true })}\n`);
  process.exit(exitCodeOf(error));
});

process.exitCode = await runCommandLine(process.argv.slice(2), verbs, terminal);
