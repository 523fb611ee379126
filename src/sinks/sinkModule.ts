import { messageOf, SpeedometerError } from '../core/errors.ts';
import { loadOutside, outsideAddress, outsidePath } from '../core/outsideModule.ts';
import type { Sink } from './sink.ts';

/** What a sink from outside is told of its run before it begins. */
export interface SinkRun {
  readonly runId: string;
  /** Where the log is: a sink may leave files of its own beside it. */
  readonly folder: string;
}

/** What the module of a sink from outside exports. */
export interface SinkModule {
  createSink(run: SinkRun): Sink | Promise<Sink>;
}

const steps = ['write', 'figure', 'finish'] as const;
const contractHint = 'What a sink must do: docs/library.md.';

/**
 * Makes the sink of a module that `--sink` names.
 * @throws SpeedometerError `usage` where it does not load, makes no sink, or the sink lacks a method
 */
export async function createOutsideSink(path: string, run: SinkRun): Promise<Sink> {
  const address = outsideAddress(path);
  const where = `--sink ${outsidePath(address)}`;
  const exported: Partial<SinkModule> = await loadOutside('--sink', address);
  if (typeof exported.createSink !== 'function') {
    throw new SpeedometerError('usage', `${where}: has no export named createSink`, { hint: contractHint });
  }
  const made = await callCreate(exported as SinkModule, run, where);
  const missing = steps.find((step) => typeof made?.[step] !== 'function');
  if (missing !== undefined) {
    throw new SpeedometerError('usage', `${where}: its sink lacks ${missing}()`, { hint: contractHint });
  }
  const { name = path } = made;
  return {
    name,
    write: (batch) => made.write(batch),
    figure: (figure) => made.figure(figure),
    finish: (summary) => made.finish(summary),
  };
}

async function callCreate(module: SinkModule, run: SinkRun, where: string): Promise<Sink> {
  try {
    return await module.createSink(run);
  } catch (cause) {
    if (cause instanceof SpeedometerError) throw cause;
    throw new SpeedometerError('usage', `${where}: its sink cannot be made (${messageOf(cause)})`, {
      hint: contractHint,
      cause,
    });
  }
}
