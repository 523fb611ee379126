import type { GivenOptions } from './givenOptions.ts';
import type { OptionSpec } from './optionSpec.ts';
import { describeGot } from './optionValue.ts';
import type { RunOptions } from './runOptions.ts';

/** What one sweep says that its options only show together. */
export interface CrossChecked {
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Checks of one sweep's options against each other.
 * @param given who said what; an option that is absent from it has its default
 */
export function crossCheck(options: RunOptions, given: GivenOptions, specs: readonly OptionSpec[]): CrossChecked {
  const { api } = options;
  const problems: string[] = [];
  const warnings: string[] = [];
  if (api !== 'simulator' && !given.has('model')) {
    problems.push(`--model: required with --api ${api}; it is the name that the server knows the model by`);
  }
  const url = given.get('url');
  if (api === 'openai' && url === undefined) {
    problems.push('--url: required with --api openai, such as --url http://127.0.0.1:8000');
  }
  // Somebody who gives an address wants it measured: with the default client nothing would be sent there.
  if (api !== 'openai' && url !== undefined && !given.has('api')) {
    problems.push(`${url.place}: not used by --api ${api}, the default. Add --api openai`);
  } else if (api !== 'openai' && url !== undefined) {
    warnings.push(`${url.place}: has no effect with --api ${api}`);
  }
  for (const { name, apis } of specs) {
    const option = given.get(name);
    if (option !== undefined && apis !== undefined && !apis.includes(api) && name !== 'url') {
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
    const values = [...new Set(combinations.map((options) => options[name as keyof RunOptions]))];
    if (values.length < 2) return [];
    return [`--${name}: holds for the whole run, expected one value, got ${values.map(describeGot).join(' and ')}`];
  });
}
