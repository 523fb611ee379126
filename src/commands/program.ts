import { messageOf, SpeedometerError } from '../core/errors.ts';
import { withoutSecrets } from '../core/secrets.ts';
import { runCommandLine } from './commandLine.ts';
import { exitCodeOf, renderError } from './errorText.ts';
import { askedColumns } from './screen.ts';
import type { Terminal } from './terminal.ts';
import { verbs } from './verbs.ts';

const { stdout, stderr, env } = process;

// Whoever reads our output may go (`| head`, a closed terminal): then there is nobody to tell, and the log is still
// worth writing. It is as well where the output has no room, but then there is somebody.
const readerGone = new Set(['EPIPE', 'EIO']);
let lost: SpeedometerError | undefined;
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (lost !== undefined || readerGone.has(error.code ?? '')) return;
  lost = new SpeedometerError('logUnwritable', `standard output cannot be written: ${messageOf(error)}`, {
    hint: 'A run goes on to its end: its log and its results are kept.',
    cause: error,
  });
  terminal.writeError(`${renderError(lost, { color: terminal.color, debug: false })}\n`);
  process.exitCode ||= lost.exitCode;
});
stderr.on('error', () => {});

const terminal: Terminal = {
  columns: Math.min(stdout.columns ?? askedColumns(env) ?? 80, 120),
  color: stderr.isTTY && (env['NO_COLOR'] ?? '') === '',
  output: stdout,
  errors: stderr,
  writeOut: (text) => void stdout.write(withoutSecrets(text)),
  writeError: (text) => void stderr.write(withoutSecrets(text)),
};

// What nobody caught is a bug, and is told like every other error.
process.on('uncaughtException', (error) => {
  terminal.writeError(`${renderError(error, { color: terminal.color, debug: true })}\n`);
  process.exit(exitCodeOf(error));
});

const exitCode = await runCommandLine(process.argv.slice(2), verbs, terminal);
process.exitCode = exitCode || (lost?.exitCode ?? exitCode);
// A client from outside may have left something open, which is no reason to stay.
setTimeout(() => process.exit(), 1000).unref();
