import { moduleAddress } from '../clients/clientModule.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';

/** What the clients of a sweep need to know. */
export function clientSettings({ url, ...options }: RunOptions, seed: number): ClientSettings {
  const server = Object.fromEntries(
    Object.keys(simulatorOptions.shape).map((name) => [name, options[name as keyof typeof options]]),
  );
  return {
    ...options,
    api: moduleAddress(options.api) ?? options.api,
    ...(url === undefined ? {} : { url }),
    seed,
    server,
    simulatorEntry: import.meta.resolve('../simulator/simulatorProcess.js'),
  };
}
