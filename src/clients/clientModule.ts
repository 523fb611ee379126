import { parse } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { OptionSlice } from '../core/optionSlice.ts';
import { loadOutside, outsideAddress, outsidePath } from '../core/outsideModule.ts';
import type { Adapter } from './adapter.ts';
import { type Client, duties } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';

/** What the module of a client from outside exports. */
export interface ClientModule {
  readonly adapter: Adapter;
  /** Options of its own: flags and keys of YAML like all others. */
  readonly options?: OptionSlice;
}

/** The address of the module that `--api` names by its path; undefined where it is a name, not a path. */
export function moduleAddress(api: string): string | undefined {
  return /^file:|[/\\]|\.[cm]?[jt]s$/.test(api) ? outsideAddress(api) : undefined;
}

/** The name under which results of a client are kept: that of its module without its folder and ending. */
export function clientName(api: string): string {
  const address = moduleAddress(api);
  return address === undefined ? api : parse(outsidePath(address)).name;
}

const abilities = z.object({
  protocol: z.string(),
  streams: z.boolean(),
  managesServer: z.boolean(),
  outputLength: z.enum(['forced', 'asked', 'capped']),
  tokenSource: z.enum(['usage', 'tokenIds', 'tokenizer', 'chunks']),
  flushesPrefixCache: z.boolean(),
  testedAgainst: z.string(),
});

/**
 * Loads a client from outside and looks whether it is one.
 * @param address of the module, as {@link moduleAddress} gives it
 * @throws SpeedometerError `usage` where there is no such file, it does not load, or its exports are not what they must be
 */
export async function loadClientModule(address: string): Promise<ClientModule> {
  const refuse = (message: string, hint: string): never => {
    throw new SpeedometerError('usage', `--api ${outsidePath(address)}: ${message}`, { hint });
  };
  const exported: Partial<ClientModule> = await loadOutside('--api', address);
  const { adapter, options } = exported;
  if (typeof adapter !== 'object' || adapter === null) {
    return refuse('has no export named adapter', 'Write "export const adapter = { abilities, createClient }".');
  }
  if (typeof adapter.createClient !== 'function') {
    return refuse('its adapter lacks createClient', 'It takes settings and a clock, and returns a client.');
  }
  const declared = abilities.safeParse(adapter.abilities);
  if (!declared.success) {
    const [{ path, message } = { path: [], message: '' }] = declared.error.issues;
    return refuse(`its adapter's ${['abilities', ...path].join('.')}: ${message}`, contractHint);
  }
  if (options !== undefined && (typeof options.title !== 'string' || typeof options.shape !== 'object')) {
    return refuse('its export options is no slice of options', 'Write "export const options = { title, shape }".');
  }
  return options === undefined ? { adapter } : { adapter, options };
}

/**
 * Lets a client look at its settings, and looks whether it has all of its duties, before anything starts.
 * @throws SpeedometerError `usage` where it refuses its settings, or lacks a duty, which is named
 */
export function tryClient(api: string, adapter: Adapter, settings: ClientSettings, clock: Clock): void {
  adapter.checkSettings?.(settings);
  const client = tryCreate(api, adapter, settings, clock);
  const missing = duties.find((duty) => typeof client[duty] !== 'function');
  if (missing !== undefined) {
    throw new SpeedometerError('usage', `--api ${api}: its client lacks the duty ${missing}`, { hint: contractHint });
  }
  client.close();
}

function tryCreate(api: string, adapter: Adapter, settings: ClientSettings, clock: Clock): Client {
  try {
    return adapter.createClient(settings, clock);
  } catch (cause) {
    if (cause instanceof SpeedometerError) throw cause;
    throw new SpeedometerError('usage', `--api ${api}: its client cannot be made (${messageOf(cause)})`, {
      hint: contractHint,
      cause,
    });
  }
}

const contractHint = 'What a client must do: docs/adding-a-client.md.';
