import { createServer } from 'node:net';
import { SpeedometerError } from '../core/errors.ts';
import { commandLineOf, listenerOf } from './processTable.ts';

/** Why nobody can listen on a TCP port of this machine now: the system's code, such as `EADDRINUSE`; else nothing. */
export function portTrouble(port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => resolve(code));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Makes sure that the server to come will be the one that is measured, and not one that was there before.
 * @throws SpeedometerError `serverUnreachable` where the port is taken, with who holds it where that is to be seen
 */
export async function refuseTakenPort(name: string, port: number): Promise<void> {
  const trouble = await portTrouble(port);
  if (trouble === undefined) return;
  if (trouble !== 'EADDRINUSE') {
    throw new SpeedometerError('serverUnreachable', `${name} cannot listen on port ${port}: ${trouble}`, {
      hint: 'Choose another one with --port.',
    });
  }
  const holder = listenerOf(port);
  const who = holder === undefined ? 'another process' : `process ${holder} (${shortened(commandLineOf(holder))})`;
  throw new SpeedometerError('serverUnreachable', `port ${port} is taken by ${who}: ${name} was not started`, {
    hint: `Choose another one with --port, or measure what runs there: --url http://127.0.0.1:${port}`,
  });
}

/** A command line, cut to what an error message can hold. */
export function shortened(command: string): string {
  return command.length > 160 ? `${command.slice(0, 159)}…` : command;
}
