import type { SweepSetup } from '../actors/workerMessages.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import type { SweepPlan } from './runPlan.ts';

/** What workers need of a sweep. */
export function workerSetup({
  sweep,
  options,
  seed,
  prompts,
  tokenizer,
  requestsEnd,
}: SweepPlan): Omit<SweepSetup, 'service'> {
  const { url, ...rest } = options;
  const server = Object.fromEntries(
    Object.keys(simulatorOptions.shape).map((name) => [name, options[name as keyof typeof options]]),
  );
  return {
    client: {
      ...rest,
      ...(url === undefined ? {} : { url }),
      seed,
      server,
      simulatorEntry: import.meta.resolve('../simulator/simulatorProcess.js'),
    },
    deck: prompts.deck.toTransfer(requestsEnd),
    source: sweep,
    tokenizer,
    requestTimeoutMs: options.request_timeout * 1000,
    ...(options.no_progress_timeout === undefined ? {} : { noProgressTimeoutMs: options.no_progress_timeout * 1000 }),
    keepsTexts: options.keep_texts,
  };
}
