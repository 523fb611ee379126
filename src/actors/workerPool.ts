import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { SpeedometerError } from '../core/errors.ts';
import type { Batch } from '../events/eventLog.ts';
import type { MessageFromWorker, MessageToWorker, Port, SweepSetup } from './workerMessages.ts';

/** One worker as the main process sees it. */
export interface WorkerHandle extends Port<MessageToWorker, MessageFromWorker> {
  readonly worker: number;
  /** Ends it without asking. */
  kill(): void;
}

/** The workers of a run. Batches go to the recorder; what else they say, to whoever listens at the time. */
export interface WorkerPool {
  readonly workers: readonly WorkerHandle[];
  /** Sets every worker up for a sweep; resolves when all are ready. */
  prepareSweep(setup: SweepSetup): Promise<void>;
  /** Listens to what workers report of a level; one listener at a time. */
  listen(listener: (worker: number, message: MessageFromWorker | { type: 'lost'; message: string }) => void): () => void;
  close(): Promise<void>;
}

export interface PoolSettings {
  readonly size: number;
  readonly threads: boolean;
  readonly originMs: number;
  readonly onBatch: (batch: Batch) => void;
}

type Listener = Parameters<WorkerPool['listen']>[0];

const entry = new URL(import.meta.resolve('./workerEntry.js'));

/** Starts the workers; resolves when all have answered. */
export async function startWorkerPool({ size, threads, originMs, onBatch }: PoolSettings): Promise<WorkerPool> {
  const listeners = new Set<Listener>();
  const gone = new Set<number>();
  const exits: Promise<void>[] = [];
  let closing = false;

  const workers = Array.from({ length: size }, (_, index) => {
    const worker = index + 1;
    const { handle, exited } = threads ? startThread(worker) : startProcess(worker);
    handle.onMessage((message) => {
      if (message.type === 'batch') onBatch(message.batch);
      else for (const listener of listeners) listener(worker, message);
    });
    exits.push(
      exited.then((how) => {
        gone.add(worker);
        if (closing) return;
        for (const listener of listeners) listener(worker, { type: 'lost', message: `worker ${worker} ended: ${how}` });
      }),
    );
    return handle;
  });

  function listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Posts to every worker and waits until each has said that it is ready. */
  function askAll(messageFor: (worker: number) => MessageToWorker): Promise<void> {
    return new Promise((resolve, reject) => {
      let ready = 0;
      const stop = listen((_, message) => {
        if (message.type === 'lost') reject(new SpeedometerError('bug', message.message));
        if (message.type === 'ready') ready++;
        if (ready < size) return;
        stop();
        resolve();
      });
      for (const handle of workers) {
        if (gone.has(handle.worker)) reject(new SpeedometerError('bug', `worker ${handle.worker} is gone`));
        else handle.post(messageFor(handle.worker));
      }
    });
  }

  await askAll((worker) => ({ type: 'setUp', worker, originMs }));
  return {
    workers,
    prepareSweep: (setup) => askAll(() => ({ type: 'sweep', setup })),
    listen,
    async close() {
      closing = true;
      for (const handle of workers) if (!gone.has(handle.worker)) handle.post({ type: 'leave' });
      const firmly = setTimeout(() => workers.forEach((handle) => handle.kill()), 2000);
      await Promise.all(exits);
      clearTimeout(firmly);
    },
  };
}

interface Started {
  readonly handle: WorkerHandle;
  /** Resolves when it has ended, with how. */
  readonly exited: Promise<string>;
}

function startProcess(worker: number): Started {
  // A group of its own: Ctrl-C is ours to handle, and a drain needs the workers alive.
  const child = fork(entry, {
    serialization: 'advanced',
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const handle: WorkerHandle = {
    worker,
    post: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as MessageFromWorker)),
    kill: () => child.kill('SIGKILL'),
  };
  return { handle, exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve(`${signal ?? code}`))) };
}

function startThread(worker: number): Started {
  const thread = new Worker(entry);
  const handle: WorkerHandle = {
    worker,
    post: (message) => thread.postMessage(message),
    onMessage: (listener) => thread.on('message', listener),
    kill: () => void thread.terminate(),
  };
  let how = '';
  thread.on('error', (error) => {
    how = error.message;
  });
  return { handle, exited: new Promise((resolve) => thread.once('exit', (code) => resolve(how || `exit code ${code}`))) };
}
