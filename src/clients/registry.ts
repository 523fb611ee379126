import type { OptionSlice } from '../core/optionSlice.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import type { Adapter } from './adapter.ts';
import { addressOptions } from './addressOptions.ts';
import { azuremlOptions } from './azuremlOptions.ts';
import { deploymentOptions } from './deploymentOptions.ts';
import { dummyOptions } from './dummyOptions.ts';
import { fastgenOptions } from './fastgenOptions.ts';
import { managedServerOptions } from './managedServerOptions.ts';
import { openaiOptions } from './openaiOptions.ts';
import { vllmOptions } from './vllmOptions.ts';

/** What is known of a client before its code is loaded. */
export interface ClientLine {
  /** The slices of options that mean something to it, beside those of load, prompts and results. */
  readonly options: readonly OptionSlice[];
  /** It has no server of its own to fall back on: without `--url` there is nothing to measure. */
  readonly needsUrl?: boolean;
  /** The model it names where `--model` is not given; without it `--model` is required. */
  readonly model?: string;
  readonly load: () => Promise<Adapter>;
}

/** One line for each client, under the name that `--api` takes. Their code is loaded only when it is used. */
export const registry: Readonly<Record<string, ClientLine>> = {
  simulator: {
    options: [openaiOptions, simulatorOptions],
    model: 'simulated-8b',
    load: async () => (await import('./simulator.ts')).simulatorAdapter,
  },
  openai: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./openai.ts')).openaiAdapter,
  },
  vllm: {
    options: [addressOptions, openaiOptions, managedServerOptions, vllmOptions],
    load: async () => (await import('./vllm.ts')).vllmAdapter,
  },
  fastgen: {
    options: [addressOptions, openaiOptions, managedServerOptions, deploymentOptions, fastgenOptions],
    load: async () => (await import('./fastgen.ts')).fastgenAdapter,
  },
  azureml: {
    options: [addressOptions, openaiOptions, deploymentOptions, azuremlOptions],
    needsUrl: true,
    load: async () => (await import('./azureml.ts')).azuremlAdapter,
  },
  llamacpp: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./llamacpp.ts')).llamacppAdapter,
  },
  sglang: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./sglang.ts')).sglangAdapter,
  },
  tgi: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./tgi.ts')).tgiAdapter,
  },
  triton: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./triton.ts')).tritonAdapter,
  },
  ollama: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./ollama.ts')).ollamaAdapter,
  },
  anthropic: {
    options: [addressOptions, openaiOptions],
    needsUrl: true,
    load: async () => (await import('./anthropic.ts')).anthropicAdapter,
  },
  dummy: { options: [dummyOptions], load: async () => (await import('./dummy.ts')).dummyAdapter },
};

/** The line of a client of ours; undefined for one from outside. */
export function clientLine(api: string): ClientLine | undefined {
  return Object.hasOwn(registry, api) ? registry[api] : undefined;
}

/**
 * Loads a client's code.
 * @param api a name of the registry, or the address of a module
 * @throws SpeedometerError `usage` where the module is no client
 */
export async function loadAdapter(api: string): Promise<Adapter> {
  const line = clientLine(api);
  if (line !== undefined) return line.load();
  const { loadClientModule } = await import('./clientModule.ts');
  return (await loadClientModule(api)).adapter;
}
