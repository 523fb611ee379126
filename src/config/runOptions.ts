import type { z } from 'zod';
import { engineOptions } from '../actors/engineOptions.ts';
import { apiOptions } from '../clients/apiOptions.ts';
import { dummyOptions } from '../clients/dummyOptions.ts';
import { openaiOptions } from '../clients/openaiOptions.ts';
import { criteriaOptions } from '../criteria/criteriaOptions.ts';
import { metricsOptions } from '../metrics/metricsOptions.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import { resultOptions } from '../sinks/resultOptions.ts';
import { loadOptions } from '../workload/loadOptions.ts';
import { promptOptions } from '../workload/promptOptions.ts';
import { debugOptions, planOptions } from './commandOptions.ts';
import { composeSchema } from './composedSchema.ts';
import { describeOptions } from './optionSpec.ts';

/** The slices of `run`, in the order of `--help`. A new slice is one line here. */
const slices = [
  apiOptions,
  loadOptions,
  promptOptions,
  openaiOptions,
  simulatorOptions,
  dummyOptions,
  criteriaOptions,
  engineOptions,
  metricsOptions,
  resultOptions,
  planOptions,
  debugOptions,
] as const;

const runSchema = composeSchema(slices);

/** Every option of one sweep, resolved: each stage takes its own slice of it. */
export type RunOptions = z.output<typeof runSchema> & { readonly model: string };

/** What flags, files, help and the reference know of the options of `run`. */
export const runOptionSpecs = describeOptions(slices);

/** The name of the embedded server's model. */
export const simulatedModel = 'simulated-8b';

/** Fills in the defaults. @param given checked values by option name */
export function completeOptions(given: Readonly<Record<string, unknown>>): RunOptions {
  const options = runSchema.parse(given);
  const ascending = [...new Set(options.num_clients)].sort((left, right) => left - right);
  return { ...options, num_clients: ascending, model: options.model ?? simulatedModel };
}
