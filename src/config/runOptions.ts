import { z } from 'zod';
import { engineOptions } from '../actors/engineOptions.ts';
import { addressOptions } from '../clients/addressOptions.ts';
import { type apiOptions, apiOptionsWith, apisOf, demandsOf, outsideSlices } from '../clients/apiOptions.ts';
import { azuremlOptions } from '../clients/azuremlOptions.ts';
import { deploymentOptions } from '../clients/deploymentOptions.ts';
import { dummyOptions } from '../clients/dummyOptions.ts';
import { fastgenOptions } from '../clients/fastgenOptions.ts';
import { managedServerOptions } from '../clients/managedServerOptions.ts';
import { openaiOptions } from '../clients/openaiOptions.ts';
import { serverMetricsOptions } from '../clients/serverMetricsOptions.ts';
import { vllmOptions } from '../clients/vllmOptions.ts';
import { SpeedometerError } from '../core/errors.ts';
import type { OptionSlice } from '../core/optionSlice.ts';
import { criteriaOptions } from '../criteria/criteriaOptions.ts';
import { metricsOptions } from '../metrics/metricsOptions.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import { listenerOptions } from '../sinks/listenerOptions.ts';
import { resultOptions } from '../sinks/resultOptions.ts';
import { viewOptions } from '../terminal/viewOptions.ts';
import { datasetOptions } from '../workload/datasetOptions.ts';
import { lengthOptions } from '../workload/lengthOptions.ts';
import { loadOptions } from '../workload/loadOptions.ts';
import { openLoopOptions, ratesOf } from '../workload/openLoopOptions.ts';
import { prefixOptions } from '../workload/prefixOptions.ts';
import { promptOptions } from '../workload/promptOptions.ts';
import { repeatOptions } from '../workload/repeatOptions.ts';
import { traceOptions } from '../workload/traceOptions.ts';
import { debugOptions, planOptions } from './commandOptions.ts';
import { type ComposedOptions, composeSchema } from './composedSchema.ts';
import { describeOptions, type OptionSpec } from './optionSpec.ts';

/** The slices of `run` after the first, in the order of `--help`. A new slice is one line here. */
const slices = [
  loadOptions,
  openLoopOptions,
  traceOptions,
  repeatOptions,
  promptOptions,
  datasetOptions,
  lengthOptions,
  prefixOptions,
  addressOptions,
  openaiOptions,
  managedServerOptions,
  vllmOptions,
  deploymentOptions,
  fastgenOptions,
  azuremlOptions,
  serverMetricsOptions,
  simulatorOptions,
  dummyOptions,
  criteriaOptions,
  engineOptions,
  metricsOptions,
  resultOptions,
  viewOptions,
  listenerOptions,
  planOptions,
  debugOptions,
] as const;

/** Every option of one sweep, resolved: each stage takes its own slice of it. */
export type RunOptions = ComposedOptions<readonly [typeof apiOptions, ...typeof slices]> & {
  readonly model: string;
  /** The options that came with a client from outside. */
  readonly own?: Readonly<Record<string, unknown>>;
};

/** A client from outside as the options know it: the path as it was typed, and the slice that its module brings. */
export interface OutsideClient {
  readonly api: string;
  readonly options?: OptionSlice;
}

/** All options that a run can be given. */
export interface RunSchema {
  /** What flags, files, help and the reference know of them. */
  readonly specs: readonly OptionSpec[];
  /** Fills in the defaults. @param given checked values by option name */
  complete(given: Readonly<Record<string, unknown>>): RunOptions;
}

/**
 * The options of a run whose `--api` may also name these clients from outside.
 * @throws SpeedometerError `usage` where a slice from outside has an option that is there already
 */
export function createRunSchema(outside: readonly OutsideClient[]): RunSchema {
  const paths = outside.map(({ api }) => api);
  const ownSlices = new Map(
    outside.flatMap(({ api, options }) => (options === undefined ? [] : [[options, api] as const])),
  );
  const apisOfAny = (slice: OptionSlice): readonly string[] | undefined => {
    const owner = ownSlices.get(slice);
    if (owner !== undefined) return [owner];
    return outsideSlices.includes(slice) ? [...(apisOf(slice) ?? []), ...paths] : apisOf(slice);
  };
  const apiSlice = apiOptionsWith(paths);
  const ourSlices = [apiSlice, ...slices] as const;
  const specs = describeOptions([apiSlice, ...ownSlices.keys(), ...slices], apisOfAny);
  refuseTakenNames(specs);
  const ourSchema = composeSchema(ourSlices);
  const ownNames = new Set([...ownSlices.keys()].flatMap((slice) => Object.keys(slice.shape)));

  return {
    specs,
    complete(given) {
      const ofOurs = Object.entries(given).filter(([name]) => !ownNames.has(name));
      const options = withSearchLimits(ourSchema.parse(Object.fromEntries(ofOurs)));
      const rates = ratesOf(options);
      const own = [...ownSlices].find(([, api]) => api === options.api)?.[0];
      return {
        ...options,
        num_clients: options.num_clients === 'auto' ? 'auto' : ascending(options.num_clients),
        trace_speed: ascending(options.trace_speed),
        ...(rates === undefined ? {} : { request_rate: ascending(rates) }),
        model: options.model ?? demandsOf(options.api).model ?? '',
        ...(own === undefined ? {} : { own: z.object(own.shape).parse(given) }),
      };
    },
  };
}

/** A search for the saturation point needs levels that are precise, and that end; levels by time are as they are. */
function withSearchLimits<
  Options extends Pick<RunOptions, 'num_clients' | 'precision' | 'level_seconds' | 'max_level_seconds'>,
>(options: Options): Options {
  if (options.num_clients !== 'auto' || options.level_seconds !== undefined) return options;
  return { ...options, precision: options.precision ?? 0.02, max_level_seconds: options.max_level_seconds ?? 120 };
}

function ascending(loads: readonly number[]): number[] {
  return [...new Set(loads)].sort((left, right) => left - right);
}

function refuseTakenNames(specs: readonly OptionSpec[]): void {
  const taken = new Set<string>();
  for (const { name, apis } of specs) {
    if (taken.has(name)) {
      throw new SpeedometerError('usage', `${apis?.join(', ')}: its option ${name} has the name of another one`, {
        hint: 'Begin the names of its options with its own name.',
      });
    }
    taken.add(name);
  }
}

/** The options of a run with clients of ours. */
export const runSchema = createRunSchema([]);

/** What flags, files, help and the reference know of the options of `run`. */
export const runOptionSpecs = runSchema.specs;

/** Fills in the defaults. @param given checked values by option name */
export const completeOptions = runSchema.complete;
