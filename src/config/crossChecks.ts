import { demandsOf } from '../clients/apiOptions.ts';
import { datasetProblems } from '../workload/datasetOptions.ts';
import { excessRequests, loadWarnings } from '../workload/loadOptions.ts';
import { openLoopProblems } from '../workload/openLoopOptions.ts';
import { prefixProblems } from '../workload/prefixOptions.ts';
import { repeatProblems } from '../workload/repeatOptions.ts';
import { traceProblems } from '../workload/traceOptions.ts';
import type { GivenOptions } from './givenOptions.ts';
import { holdsSecret } from './optionSecrets.ts';
import type { OptionSpec } from './optionSpec.ts';
import { describeGot } from './optionValue.ts';
import type { RunOptions } from './runOptions.ts';

/** What one sweep says that its options only show together. */
export interface CrossChecked {
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

const keyPlaces = 'Others do not see a variable of the environment (--api_key_env) or a file (--config_file).';

/**
 * Checks of one sweep's options against each other.
 * @param given who said what; an option that is absent from it has its default
 */
export function crossCheck(options: RunOptions, given: GivenOptions, specs: readonly OptionSpec[]): CrossChecked {
  const { api } = options;
  const problems: string[] = [];
  const warnings: string[] = [];
  const { needsUrl, model } = demandsOf(api);
  if (model === undefined && !given.has('model')) {
    problems.push(`--model: required with --api ${api}; it is the name that the server knows the model by`);
  }
  if (needsUrl && !given.has('url')) {
    problems.push(`--url: required with --api ${api}, such as --url http://127.0.0.1:8000`);
  }
  const excess = excessRequests(options);
  if (excess !== undefined) problems.push(`--num_requests_per_client: ${excess}`);
  if (
    given.has('precision') &&
    options.level_seconds !== undefined &&
    options.request_rate === undefined &&
    !options.search_rate
  ) {
    problems.push('--precision: ends levels, and so does --level_seconds, expected one of the two');
  }
  if (options.search_rate && options.num_clients === 'auto') {
    problems.push(
      '--num_clients auto: looks for another answer than --search_rate, expected loads, of which the largest is run',
    );
  }
  if (options.ui === 'json' && options.output === 'json') {
    problems.push(
      '--ui json: cannot be had with --output json, as both write to standard output; its last line is the summary',
    );
  }
  if (options.insecure) {
    warnings.push('--insecure: certificates are not verified, so whoever is between can read the key and the answers');
  }
  const isGiven = (name: string) => given.has(name);
  problems.push(...datasetProblems(options, isGiven), ...traceProblems(options, isGiven));
  problems.push(...repeatProblems(options));
  if (options.trace === undefined) {
    problems.push(...openLoopProblems(options, isGiven), ...prefixProblems(options, isGiven));
    if (options.request_rate === undefined && !options.search_rate) warnings.push(...loadWarnings(options, isGiven));
  }
  for (const spec of specs) {
    const { name, apis } = spec;
    const option = given.get(name);
    if (option?.place.startsWith('--') && holdsSecret(spec, option.alternatives)) {
      warnings.push(
        `${option.place}: whoever lists the processes of this machine can read the key in it. ${keyPlaces}`,
      );
    }
    if (option === undefined || apis === undefined || apis.includes(api)) continue;
    // Somebody who gives an address wants it measured: with the default client nothing would be sent there.
    if (name === 'url' && !given.has('api')) {
      problems.push(`${option.place}: not used by --api ${api}, the default. Add --api openai`);
    } else {
      warnings.push(`${option.place}: has no effect with --api ${api}`);
    }
  }
  return { warnings, problems };
}

/** Options of the whole run on which the combinations differ. */
export function findDisagreements(
  combinations: readonly RunOptions[],
  specs: readonly OptionSpec[],
): readonly string[] {
  return specs.flatMap(({ name, meta }) => {
    if (meta.wholeRun !== true) return [];
    const values = new Map(
      combinations.map((options) => options[name as keyof RunOptions]).map((value) => [JSON.stringify(value), value]),
    );
    if (values.size < 2) return [];
    return [
      `--${name}: holds for the whole run, expected one value, got ${[...values.values()].map(describeGot).join(' and ')}`,
    ];
  });
}
