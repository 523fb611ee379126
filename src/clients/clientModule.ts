import { parse } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { OptionSlice } from '../core/optionSlice.ts';
import { loadOutside, outsideAddress, outsidePath } from '../core/outsideModule.ts';
import type { Adapter } from './adapter.ts';
import { contractHint, problemOfModule } from './checkClientModule.ts';
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

/** How a client is called in messages: a name of the registry, or the path of a module. */
export function clientPlace(api: string): string {
  return api.startsWith('file:') ? outsidePath(api) : api;
}

/** What is said of a client that throws where it must not: with one of ours it is a bug. */
export function clientFailure(api: string, words: string, cause?: unknown): SpeedometerError {
  const code = moduleAddress(api) === undefined ? 'bug' : 'usage';
  const message = `--api ${clientPlace(api)}: its client fails: ${words}`;
  return new SpeedometerError(code, message, { hint: contractHint, cause });
}

/**
 * Loads a client from outside and looks whether it is one.
 * @param address of the module, as {@link moduleAddress} gives it
 * @param limitMs how long its loading may take, see {@link loadOutside}
 * @throws SpeedometerError `usage` where there is no such file, it does not load in time, or its exports are not what they must be
 */
export async function loadClientModule(address: string, limitMs?: number): Promise<ClientModule> {
  const exported = await loadOutside('--api', address, limitMs);
  const problem = problemOfModule(exported);
  if (problem !== undefined) {
    const message = `--api ${outsidePath(address)}: ${problem.message}`;
    throw new SpeedometerError('usage', message, { hint: problem.hint });
  }
  const { adapter, options } = exported as unknown as ClientModule;
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
