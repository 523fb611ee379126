import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { JsonValue } from '../events/events.ts';
import type { OptionSpec } from './optionSpec.ts';
import { type RunOptions, runOptionSpecs } from './runOptions.ts';

/**
 * The options as logs, results and messages may show them: without secrets, and with the user info of a URL masked.
 * @param specs what is not among them is not shown: options of a client from outside have to be there to be seen
 */
export function publicOptions(
  options: RunOptions,
  specs: readonly OptionSpec[] = runOptionSpecs,
): Readonly<Record<string, JsonValue>> {
  const values: Readonly<Record<string, unknown>> = { ...options, ...options.own };
  const shown = specs
    .filter(({ name, meta }) => values[name] !== undefined && meta.secret !== true)
    .map(({ name }) => [name, values[name]] as const);
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name.endsWith('url') ? maskUserInfo(String(value)) : (value as JsonValue)]),
  );
}
