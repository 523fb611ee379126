import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeCommand } from './pinning.ts';
import type { CountReport, Pace, ServerReady } from './serverMessages.ts';

const entry = fileURLToPath(new URL('./nullServer.ts', import.meta.url));

/** The null server, seen from outside. */
export interface NullServer {
  readonly origin: string;
  count(): Promise<CountReport>;
  close(): Promise<void>;
}

/** Starts a null server in a process of its own, on a core of its own. */
export async function startNullServer(pace?: Pace): Promise<NullServer> {
  const args = ['--import', 'tsx', entry, ...(pace === undefined ? [] : [JSON.stringify(pace)])];
  const [command, ...rest] = nodeCommand('server', args);
  const server = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await answerOf<ServerReady>(server);
  return {
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
