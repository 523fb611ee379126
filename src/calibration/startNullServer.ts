import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CountReport, NullAnswer, ServerReady } from './nullServerMessages.ts';

/** The null server, seen from outside. */
export interface NullServer {
  readonly pid: number;
  readonly origin: string;
  count(): Promise<CountReport>;
  close(): Promise<void>;
}

/** How its process is started. */
export interface NullServerStart {
  /** The module that the process runs; else the one beside this file. */
  readonly entry?: string;
  /** What the command is started through, such as one that gives it a core of its own. */
  readonly place?: (command: readonly string[]) => readonly string[];
}

/** Starts a null server in a process of its own. @throws Error where it does not start */
export async function startNullServer(answer: NullAnswer, start: NullServerStart = {}): Promise<NullServer> {
  const { entry = fileURLToPath(import.meta.resolve('./nullServerEntry.js')), place = (command) => command } = start;
  const [program = '', ...rest] = place([process.execPath, entry, JSON.stringify(answer)]);
  const server = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await answerOf<ServerReady>(server);
  return {
    pid: server.pid as number,
    origin: `http://127.0.0.1:${port}`,
    count: () => {
      server.send('count');
      return answerOf<CountReport>(server);
    },
    async close() {
      const exited = once(server, 'exit');
      server.disconnect();
      await exited;
    },
  };
}

/** The next message of a process. @throws Error where it ends before */
export async function answerOf<T>(child: ChildProcess): Promise<T> {
  const stop = new AbortController();
  const { signal } = stop;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.join(' ').slice(0, 200)} ended (${code}) without an answer`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), gone])) as [T];
    return message;
  } finally {
    stop.abort();
    gone.catch(() => {});
  }
}
