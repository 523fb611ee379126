import { z } from 'zod';
import { type OptionSlice, option } from '../core/optionSlice.ts';
import { addressOptions } from './addressOptions.ts';
import { clientLine, registry } from './registry.ts';

/** The names of our clients. */
export const clientNames = Object.keys(registry) as [string, ...string[]];

/** The option `--api`. @param modules paths of clients from outside that it takes beside the names of ours */
export function apiOptionsWith(modules: readonly string[]) {
  const names = clientNames.join(', ');
  const words = `expected one of ${names}, or the path of a module such as ./my-client.js`;
  return {
    title: 'Client',
    shape: {
      api: option(z.enum([...clientNames, ...modules], { error: words }).default('simulator'), {
        description:
          'What sends the requests: to the embedded server, to another one, nowhere (dummy), or a client of yours, by the path of its module',
        takesPath: true,
        valueAliases: { azure_ml: 'azureml' },
      }),
    },
  };
}

export const apiOptions = apiOptionsWith([]);

/** The clients of ours that a slice of options means something to; undefined where no line of the registry names it. */
export function apisOf(slice: OptionSlice): readonly string[] | undefined {
  const apis = clientNames.filter((api) => clientLine(api)?.options.includes(slice));
  return apis.length === 0 ? undefined : apis;
}

/** What a client demands of the options beside its own; a client from outside checks its settings itself. */
export function demandsOf(api: string): { readonly needsUrl: boolean; readonly model: string | undefined } {
  const { needsUrl = false, model } = clientLine(api) ?? {};
  return { needsUrl, model };
}

/** The slices of ours that a client from outside may rely on. */
export const outsideSlices: readonly OptionSlice[] = [addressOptions];
