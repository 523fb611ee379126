import type { Service } from '../clients/client.ts';
import type { RunInvocation } from '../config/resolveRuns.ts';
import { askedLengths } from '../workload/askedLengths.ts';
import { tableOf } from '../workload/drawnShapes.ts';
import type { RunPlan } from './runPlan.ts';
import { packageVersion } from './version.ts';

/** The first lines of a run: what is measured, with what. */
export function renderHead({ sweeps }: RunPlan): readonly string[] {
  const [{ options, usedSeed, tokenizer }] = sweeps;
  const tool = `deepspeedometer ${packageVersion()}`;
  return [
    [tool, options.api, options.model, `tokenizer ${tokenizer}`].join(' · '),
    sweeps.length > 1
      ? countWords(sweeps)
      : `${describePrompts(sweeps[0])}${usedSeed === undefined ? '' : `, seed ${usedSeed}`}`,
  ];
}

function countWords(sweeps: RunPlan['sweeps']): string {
  const combinations = sweeps.filter(({ repeat = 1 }) => repeat === 1).length;
  if (combinations === sweeps.length) return `${sweeps.length} sweeps, one for each combination of options`;
  if (combinations === 1) return `${sweeps.length} repeats of one sweep, each with prompts of its own`;
  return `${sweeps.length} sweeps: ${combinations} combinations of options, with their repeats`;
}

function describePrompts({ options, prompts: { means, tables, about } }: RunPlan['sweeps'][0]): string {
  const { prompt_length, prompt_length_var, max_new_tokens, max_new_tokens_var, streaming } = options;
  const prompts =
    tableOf(tables) === undefined
      ? `Prompts ${lengths(prompt_length, prompt_length_var)} → ${lengths(max_new_tokens, max_new_tokens_var)} tokens`
      : `Prompts ${means.promptLength} → ${means.maxNewTokens} tokens on average, ${about ?? askedLengths(options)}`;
  return `${prompts}, ${streaming ? 'streamed' : 'not streamed'}`;
}

function lengths(mean: number, variation: number): string {
  return variation === 0 ? `${mean}` : `${mean} ± ${Math.round(variation * 100)} %`;
}

/** Then: where the server is, and what a newcomer may do next. */
export function renderService(service: Service, { preset }: RunInvocation): readonly string[] {
  if (service.description === undefined) return [];
  if (preset === undefined) return [service.description];
  return [
    `${service.description} Options: ${preset}`,
    'Measure yours: npm start -- --api openai --url http://HOST:PORT --model NAME',
  ];
}
