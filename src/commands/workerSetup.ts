import type { SweepSetup } from '../actors/workerMessages.ts';
import { keptSecrets } from '../core/secrets.ts';
import { thinkTimeOf } from '../workload/thinkTime.ts';
import { clientSettings } from './clientSettings.ts';
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
  return {
    client: clientSettings(options, seed),
    deck: prompts.deck.toTransfer(requestsEnd),
    source: sweep,
    tokenizer,
    requestTimeoutMs: options.request_timeout * 1000,
    ...(options.no_progress_timeout === undefined ? {} : { noProgressTimeoutMs: options.no_progress_timeout * 1000 }),
    retries: options.retries,
    failurePauseMs: options.failure_pause * 1000,
    ...(options.think_time === undefined ? {} : { think: thinkTimeOf(options, options.think_time, seed) }),
    keepsTexts: options.keep_texts,
    secrets: keptSecrets(),
  };
}
