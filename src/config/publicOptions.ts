import { maskUserInfo } from '../core/maskUserInfo.ts';
import type { JsonValue } from '../events/events.ts';
import { type RunOptions, runOptionSpecs } from './runOptions.ts';

const secretNames = new Set(runOptionSpecs.filter((spec) => spec.meta.secret === true).map((spec) => spec.name));

/** The options as logs, results and messages may show them: without secrets, and with the user info of a URL masked. */
export function publicOptions(options: RunOptions): Readonly<Record<string, JsonValue>> {
  const shown = Object.entries(options).filter(([name, value]) => value !== undefined && !secretNames.has(name));
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name === 'url' ? maskUserInfo(String(value)) : (value as JsonValue)]),
  );
}
