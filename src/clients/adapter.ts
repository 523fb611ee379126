import type { Clock } from '../core/clock.ts';
import type { SpeedometerError } from '../core/errors.ts';
import type { TokenSource } from '../events/events.ts';
import type { Client } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';

/** What a client can do, as it declares it: the contract tests hold it to that, and the table in the docs shows it. */
export interface Abilities {
  /** What is spoken, for a person: `OpenAI API over HTTP`. */
  readonly protocol: string;
  readonly streams: boolean;
  /** Starts and stops a server of its own where no address is given. */
  readonly managesServer: boolean;
  /** `forced`: answers have exactly the drawn length. `asked`: some servers keep it. `capped`: it is only a limit. */
  readonly outputLength: 'forced' | 'asked' | 'capped';
  /** The best source of token counts that its servers can give. */
  readonly tokenSource: TokenSource;
  readonly flushesPrefixCache: boolean;
  /** Its protocol takes what was said before a prompt (`RequestSpec.earlier`). Absent: no. */
  readonly conversations?: boolean;
  /** Which real servers or imitations it was tested against, for a person. */
  readonly testedAgainst: string;
}

/** A kind of client: what it can do, and how one is made for each simulated user. */
export interface Adapter {
  readonly abilities: Abilities;
  /**
   * The tokenizer that prompts are counted with where `--tokenizer` is not given and the model names none that can be had:
   * for servers whose answers come from no real model. Without it that is an error.
   */
  readonly fallbackTokenizer?: string;
  /** What a user can do about an HTTP status with which the server refuses, by the status. Each is a sentence. */
  readonly statusHints?: Readonly<Record<number, string>>;
  /** Checks settings before anything starts. @throws SpeedometerError `usage` */
  checkSettings?(settings: ClientSettings): void;
  /**
   * What keeps a server of its own from being started on this machine, as far as a short look shows it. Asked where
   * something else, such as a tokenizer that cannot be had, ends a run before that: mending that would lead nowhere.
   */
  serverObstacle?(settings: ClientSettings): Promise<SpeedometerError | undefined>;
  /**
   * Why a client that declares `conversations` holds none with these settings, as a clause behind its name, and the way out;
   * nothing where it does.
   */
  conversationObstacle?(settings: ClientSettings): string | undefined;
  createClient(settings: ClientSettings, clock: Clock): Client;
  /**
   * What of the settings its server depends on, beside the address: sweeps that agree on it share one server.
   * Without it nothing does.
   */
  serverKey?(settings: ClientSettings): unknown;
}
