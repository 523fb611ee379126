import { Worker } from 'node:worker_threads';
import { clientFailure } from '../clients/clientModule.ts';
import { forkPart } from '../clients/forkPart.ts';
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
  /** Worker n at n - 1. */
  readonly workers: readonly WorkerHandle[];
  /** Numbers of those that have ended without being asked. */
  readonly lost: ReadonlySet<number>;
  /** Sets every worker up for a sweep; resolves when all are ready. */
  prepareSweep(setup: SweepSetup): Promise<void>;
  /** Starts a new worker in the place of each that was lost, so that the next level has all of them again. */
  replaceLost(): Promise<void>;
  listen(
    listener: (worker: number, message: MessageFromWorker | { type: 'lost'; message: string }) => void,
  ): () => void;
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
const leaveLimitMs = 2000;

/** Starts the workers; resolves when all have answered. */
export async function startWorkerPool({ size, threads, originMs, onBatch }: PoolSettings): Promise<WorkerPool> {
  const listeners = new Set<Listener>();
  const lost = new Set<number>();
  const exits: Promise<void>[] = [];
  const workers: WorkerHandle[] = [];
  let sweep: SweepSetup | undefined;
  let closing = false;

  function start(worker: number): void {
    const { handle, exited } = threads ? startThread(worker) : startProcess(worker);
    lost.delete(worker);
    workers[worker - 1] = handle;
    handle.onMessage((message) => {
      if (message.type === 'batch') onBatch(message.batch);
      else for (const listener of listeners) listener(worker, message);
    });
    exits.push(
      exited.then((how) => {
        lost.add(worker);
        if (closing) return;
        for (const listener of listeners) listener(worker, { type: 'lost', message: `worker ${worker} ended: ${how}` });
      }),
    );
  }

  function listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Posts to some workers and waits until each has said that it is ready. */
  async function ask(asked: readonly WorkerHandle[], messageFor: (worker: number) => MessageToWorker): Promise<void> {
    const waiting = new Set(asked.map(({ worker }) => worker));
    let stop = () => {};
    await new Promise<void>((resolve, reject) => {
      stop = listen((worker, message) => {
        if (message.type === 'lost' && waiting.has(worker)) reject(gone(message.message));
        if (message.type === 'unable') reject(clientFailure(sweep?.client.api ?? '', message.message));
        if (message.type === 'ready') waiting.delete(worker);
        if (waiting.size === 0) resolve();
      });
      for (const handle of asked) {
        if (lost.has(handle.worker)) reject(gone(`worker ${handle.worker} is gone`));
        else handle.post(messageFor(handle.worker));
      }
      if (asked.length === 0) resolve();
    }).finally(() => stop());
  }

  const setUp = (asked: readonly WorkerHandle[]) => ask(asked, (worker) => ({ type: 'setUp', worker, originMs }));

  async function replaceLost(): Promise<void> {
    const replaced = [...lost];
    for (const worker of replaced) start(worker);
    const fresh = workers.filter(({ worker }) => replaced.includes(worker));
    await setUp(fresh);
    if (sweep === undefined) return;
    const setup = sweep;
    await ask(fresh, () => ({ type: 'sweep', setup }));
  }

  function killAll(): void {
    for (const handle of workers) handle.kill();
  }

  async function close(): Promise<void> {
    closing = true;
    for (const handle of workers) if (!lost.has(handle.worker)) handle.post({ type: 'leave' });
    const firmly = setTimeout(killAll, leaveLimitMs);
    await Promise.all(exits);
    clearTimeout(firmly);
  }

  for (let worker = 1; worker <= size; worker++) start(worker);
  try {
    await setUp(workers);
  } catch (error) {
    killAll();
    throw error;
  }
  return {
    workers,
    lost,
    async prepareSweep(setup) {
      await replaceLost();
      sweep = setup;
      await ask(workers, () => ({ type: 'sweep', setup }));
    },
    replaceLost,
    listen,
    close,
  };
}

function gone(words: string): SpeedometerError {
  return new SpeedometerError('generatorLost', `a part of the load generator was lost as it was set up (${words})`, {
    hint: 'The same command goes on with what is missing.',
  });
}

interface Started {
  readonly handle: WorkerHandle;
  /** Resolves when it has ended and all that it said has been heard, with how it ended. */
  readonly exited: Promise<string>;
}

function startProcess(worker: number): Started {
  const child = forkPart(entry, { serialization: 'advanced' });
  const handle: WorkerHandle = {
    worker,
    post: (message) => {
      if (child.connected) child.send(message, () => {}); // a channel that breaks is seen by its end
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as MessageFromWorker)),
    kill: () => child.kill('SIGKILL'),
  };
  const heard = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => heard.then(() => resolve(signal ?? `exit code ${code}`)));
  });
  return { handle, exited };
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
  return {
    handle,
    exited: new Promise((resolve) => thread.once('exit', (code) => resolve(how || `exit code ${code}`))),
  };
}
