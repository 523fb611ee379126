import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { ServiceStart } from './client.ts';
import { pollUntil } from './pollUntil.ts';
import { ProcessFamily } from './processFamily.ts';
import type { ServerLedger } from './serverLedger.ts';
import { ServerLog } from './serverLog.ts';
import { portTrouble, refuseTakenPort, shortened } from './serverPort.ts';

/** How to see that a server can be used where it has no path for that. */
export interface ReadyProbe {
  /** What was not seen, for a person: `GET ... did not answer 200`. */
  readonly words: string;
  /** One look, which ends in 2 s or so. */
  look(signal: AbortSignal): Promise<boolean>;
}

/** What a server of ours is started with. */
export interface ManagedServerSettings {
  /** What people call it: `vllm`. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The port of 127.0.0.1 that it is told to listen on. */
  readonly port: number;
  /** What answers once it can be used: a path, with 200, or what is asked in another way. */
  readonly readyWhen: string | ReadyProbe;
  /** Asks it to end in its own way, before any signal; should that fail, signals follow. */
  readonly askToEnd?: () => Promise<void>;
  readonly startTimeoutMs: number;
  /** How long it may take to end by itself once it is asked to; 30 s unless given. */
  readonly stopTimeoutMs?: number;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly ledger: ServerLedger;
}

const probeEveryMs = 250;
const probeTimeoutMs = 2000;
const lookEveryMs = 50;
const askedTimeoutMs = 15_000;
const killTimeoutMs = 10_000;
const portTimeoutMs = 5000;
const quotedLines = 50;
const brokenOff = 'its start was broken off';

/**
 * A local inference server that is ours: from the check of its port to the last of its processes. It runs in a session
 * of its own, so a Ctrl-C in the terminal does not reach it before its measurement is over, and writes into `server.log`
 * in the run's folder. It ends with our process on every way out of it but a `kill -9`: then the {@link ServerLedger}
 * lets the next start name it. One instance is one life: it is started and stopped once.
 */
export class ManagedServer {
  readonly #settings: ManagedServerSettings;
  readonly #clock: Clock;
  readonly #breakOff = new AbortController();
  #log: ServerLog | undefined;
  #family: ProcessFamily | undefined;
  #pid: number | undefined;
  #stopped: Promise<void> | undefined;
  #isReady = false;
  readonly #onOurExit = () => this.#family?.signal('SIGKILL');

  constructor(settings: ManagedServerSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Its pid, which is also its process group; undefined before it was started. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /**
   * Starts it and waits until it can be used.
   * @returns how long that took, in ms
   * @throws SpeedometerError `serverUnreachable` where the port is taken, an earlier server of ours still runs, or it
   * does not come up. What has been started then is left to {@link stop}.
   */
  async start({ folder, say, onDeath, signal }: ServiceStart): Promise<number> {
    this.#refuseOrphans();
    await refuseTakenPort(this.#settings.name, this.#settings.port);
    const broken = AbortSignal.any([signal, this.#breakOff.signal]);
    if (broken.aborted) throw this.#failure(brokenOff);
    const startedAtMs = this.#clock.nowMs();
    this.#log = new ServerLog(join(folder, 'server.log'));
    const child = this.#spawn(this.#log);
    const died = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(this.#notStarted(error)));
      child.once('exit', (code, exitSignal) => {
        const how = exitSignal ?? `exit code ${code}`;
        if (!this.#isReady) reject(this.#failure(`it ended at its start (${how})`));
        else if (this.#stopped === undefined) onDeath(this.#deathWords(how));
      });
    });
    const over = new AbortController();
    try {
      await Promise.race([died, this.#untilReady(say, AbortSignal.any([broken, over.signal]))]);
      this.#isReady = true;
    } finally {
      over.abort();
    }
    this.#family?.members(); // known now, those that leave the session later are still ours
    return this.#clock.nowMs() - startedAtMs;
  }

  /**
   * Ends it with all its processes: SIGTERM to their groups, after 30 s SIGKILL. There is no SIGINT between the two: the
   * servers we know take it for the same as SIGTERM or for an order to drop everything, which SIGKILL does more surely.
   * @throws SpeedometerError `serverUnreachable` where something of it is left all the same
   */
  stop(): Promise<void> {
    this.#breakOff.abort();
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const family = this.#family;
    if (family === undefined || this.#pid === undefined) return;
    const { name, port, stopTimeoutMs = 30_000, ledger } = this.#settings;
    const hasEnded = this.#isReady && (await this.#endsWhenAsked(family));
    if (!hasEnded) family.signal('SIGTERM');
    if (!(await this.#until(() => !family.isAlive, stopTimeoutMs))) {
      family.signal('SIGKILL');
      if (!(await this.#until(() => !family.isAlive, killTimeoutMs))) {
        const left = family.members().map(({ pid }) => pid);
        throw new SpeedometerError(
          'serverUnreachable',
          `${name} does not end: process ${left.join(', ')} is still there`,
        );
      }
    }
    process.off('exit', this.#onOurExit);
    this.#log?.maskSecrets();
    ledger.forget(this.#pid);
    const isFree = async () => (await portTrouble(port)) === undefined;
    if (!(await this.#until(isFree, portTimeoutMs))) await refuseTakenPort(name, port);
  }

  /** @returns whether it did */
  async #endsWhenAsked(family: ProcessFamily): Promise<boolean> {
    const { askToEnd } = this.#settings;
    if (askToEnd === undefined) return false;
    const wasAsked = await askToEnd().then(
      () => true,
      () => false,
    );
    return wasAsked && this.#until(() => !family.isAlive, askedTimeoutMs);
  }

  #spawn(log: ServerLog): ChildProcess {
    const { command, port, env, ledger } = this.#settings;
    const [program = '', ...args] = command;
    const stdio = ['ignore', log.descriptor, log.descriptor] as const;
    try {
      const child = spawn(program, args, { detached: true, stdio: [...stdio], env: { ...process.env, ...env } });
      if (child.pid === undefined) return child; // its `error` says why
      this.#pid = child.pid;
      this.#family = new ProcessFamily(child.pid);
      process.once('exit', this.#onOurExit);
      ledger.note(child.pid, port, command);
      return child;
    } finally {
      log.close();
    }
  }

  async #untilReady(say: (words: string) => void, signal: AbortSignal): Promise<void> {
    const { name, port, readyWhen, startTimeoutMs } = this.#settings;
    const probe = typeof readyWhen === 'string' ? getProbe(`http://127.0.0.1:${port}${readyWhen}`) : readyWhen;
    let saidSeconds = 0;
    const onWait = (elapsedMs: number) => {
      const seconds = Math.floor(elapsedMs / 1000);
      if (seconds === saidSeconds) return;
      saidSeconds = seconds;
      say([`${name}: starting`, `${seconds} s`, ...(this.#log?.lastLines(1) ?? [])].join(', '));
    };
    const polling = { clock: this.#clock, everyMs: probeEveryMs, limitMs: startTimeoutMs, signal, onWait };
    if (await pollUntil(() => probe.look(signal), polling)) return;
    if (signal.aborted) throw this.#failure(brokenOff);
    throw this.#failure(`${probe.words} within ${startTimeoutMs / 1000} s (--server_start_timeout)`);
  }

  /** An earlier server would share the machine with the one to be measured. */
  #refuseOrphans(): void {
    const [orphan] = this.#settings.ledger.orphans();
    if (orphan === undefined) return;
    const { pid, groupId, port, command } = orphan;
    throw new SpeedometerError(
      'serverUnreachable',
      `a server of an earlier run, which did not end in order, still runs: process ${pid} on port ${port} (${shortened(command)})`,
      { hint: `End it with: kill -- -${groupId}\nOr measure it: --url http://127.0.0.1:${port}` },
    );
  }

  #notStarted(error: NodeJS.ErrnoException): SpeedometerError {
    const { name, command } = this.#settings;
    const [program = ''] = command;
    if (error.code !== 'ENOENT') return this.#failure(messageOf(error));
    const hint = program.includes('=')
      ? 'No shell reads the command. Variables are set by: env NAME=VALUE program ...'
      : 'Install it, put its folder into PATH, or say with --server_command how it is started.';
    return new SpeedometerError('serverUnreachable', `${name} did not start: no program named ${program}`, { hint });
  }

  #failure(what: string): SpeedometerError {
    const { name } = this.#settings;
    const lines = this.#log?.lastLines(quotedLines) ?? [];
    const hint =
      lines.length > 0
        ? [`The end of its output, ${this.#log?.path}:`, ...lines.map((line) => `| ${line}`)].join('\n')
        : 'It wrote nothing.';
    return new SpeedometerError('serverUnreachable', `${name} did not start: ${what}`, this.#log ? { hint } : {});
  }

  #deathWords(how: string): string {
    const [line] = this.#log?.lastLines(1) ?? [];
    return `${this.#settings.name} ended by itself (${how})${line === undefined ? '' : `; its last words: ${line}`}`;
  }

  #until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    return pollUntil(condition, { clock: this.#clock, everyMs: lookEveryMs, limitMs });
  }
}

function getProbe(url: string): ReadyProbe {
  return { words: `GET ${url} did not answer 200`, look: (signal) => answersOk(url, signal) };
}

/** Whether a GET is answered with 200. A connection of its own each time: the server may not be the same any more. */
function answersOk(url: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: probeTimeoutMs, signal }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
