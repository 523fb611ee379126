import { execFile } from 'node:child_process';
import { wallClock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import { keepSecrets } from '../core/secrets.ts';
import { type AccessKey, parseAccessKey } from './accessKey.ts';
import { shellWords } from './shellWords.ts';

const commandLimitMs = 60_000;
/** A command that failed, or whose key was refused, is not run again sooner. */
const pauseMs = 10_000;

/**
 * The key that a command prints. It is run again in the background while the old key still holds, so that no request
 * waits for it; only where there is none, or the server refused it, do requests wait before they are sent.
 */
export class CommandKey {
  readonly #words: readonly string[];
  #current: AccessKey | undefined;
  #running: Promise<string> | undefined;
  #failed: { readonly error: unknown; readonly untilMs: number } | undefined;
  #refusedUntilMs = 0;

  /** @throws SpeedometerError `usage` where the command cannot be split into words, or names no program */
  constructor(command: string) {
    this.#words = shellWords(command, 'api_key_command');
    if (this.#words.length === 0) throw new SpeedometerError('usage', '--api_key_command: it names no program');
  }

  /**
   * The key to send now, or what will be one.
   * @throws SpeedometerError `usage` where the command gives none; as a rejection
   */
  now(): string | Promise<string> {
    const nowMs = wallClock().getTime();
    const { key, refreshAtMs = nowMs + 1, expiresAtMs = nowMs + 1 } = this.#current ?? {};
    const failed = this.#failed !== undefined && nowMs < this.#failed.untilMs ? this.#failed : undefined;
    if (key !== undefined && nowMs < expiresAtMs) {
      if (nowMs >= refreshAtMs && failed === undefined) this.#refresh().catch(() => {}); // the old one still holds
      return key;
    }
    return failed === undefined ? this.#refresh() : Promise.reject(failed.error);
  }

  /** The server refused a key: where it is the one that would be sent next, another is got, once. */
  refuse(key: string): void {
    const nowMs = wallClock().getTime();
    if (this.#current?.key !== key || nowMs < this.#refusedUntilMs) return;
    this.#refusedUntilMs = nowMs + pauseMs;
    this.#current = undefined;
    this.#refresh().catch(() => {}); // heard by the next request, which waits for it
  }

  #refresh(): Promise<string> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<string> {
    try {
      this.#current = keyIn(await printedBy(this.#words));
      return this.#current.key;
    } catch (error) {
      this.#failed = { error, untilMs: wallClock().getTime() + pauseMs };
      throw error;
    }
  }
}

function keyIn(printed: string): AccessKey {
  const nowMs = wallClock().getTime();
  const key = parseAccessKey(printed, nowMs);
  if (key === undefined) throw failure('it printed no key');
  keepSecrets([key.key]);
  if ((key.expiresAtMs ?? nowMs + 1) <= nowMs) throw failure('it printed a token that has expired');
  return key;
}

function printedBy([program = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: commandLimitMs }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      // Not the error's own words, which repeat the command, and not what it printed: that may be the key.
      else reject(failure(`${program} ended with ${error.code ?? error.signal}`, stderr.trim().split('\n')[0]));
    });
  });
}

function failure(what: string, said = ''): SpeedometerError {
  return new SpeedometerError('usage', `--api_key_command: ${said === '' ? what : `${what} (${said.slice(0, 200)})`}`, {
    hint: 'It is run without a shell, and prints a key, or JSON with accessToken or primaryKey.',
  });
}

const shared = new Map<string, CommandKey>();

/** The key of a command, one for all clients of a process. @throws SpeedometerError `usage` */
export function commandKey(command: string): CommandKey {
  const known = shared.get(command);
  if (known !== undefined) return known;
  const made = new CommandKey(command);
  shared.set(command, made);
  return made;
}
