import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { withoutSecrets } from '../core/secrets.ts';
import { stateFolder } from '../core/stateFolder.ts';
import { listProcesses, type ProcessEntry, processOf } from './processTable.ts';

/** A server that a run started, as it is written down. */
interface LedgerEntry {
  readonly pid: number;
  readonly startTicks: number;
  readonly port: number;
  readonly command: readonly string[];
  /** The process that started it. */
  readonly ownerPid: number;
  readonly ownerStartTicks: number;
}

/** A server that outlived the run that started it. */
export interface OrphanServer {
  readonly pid: number;
  readonly groupId: number;
  readonly port: number;
  /** What it was started with. */
  readonly command: string;
}

/**
 * The servers that we started and have not stopped, a file each, so that a start after a crash finds and names what the
 * crash left. Nothing is ended by it: a person does that. Chosen over a watchdog process because it needs nothing alive
 * to work, and a server that took minutes to load is not thrown away unasked. The folder is one a user, not one a result
 * folder: the next run may begin anywhere. Where it cannot be written, or there is no `/proc`, nothing is remembered.
 */
export class ServerLedger {
  readonly #folder: string;
  readonly #ownerPid: number;

  /** @param ownerPid the process that starts servers */
  constructor(folder: string = join(stateFolder(), 'servers'), ownerPid: number = process.pid) {
    this.#folder = folder;
    this.#ownerPid = ownerPid;
  }

  /** Writes down a server of ours that has just been started. */
  note(pid: number, port: number, command: readonly string[]): void {
    const [server, owner] = [processOf(pid), processOf(this.#ownerPid)];
    if (server === undefined || owner === undefined) return;
    const { startTicks } = server;
    const entry: LedgerEntry = {
      ...{ pid, startTicks, port, command: command.map(withoutSecrets) },
      ...{ ownerPid: owner.pid, ownerStartTicks: owner.startTicks },
    };
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(this.#pathOf(pid), JSON.stringify(entry), { mode: 0o600 });
    } catch {
      // a home that cannot be written must not keep anybody from measuring
    }
  }

  /** Strikes out a server that is gone. */
  forget(pid: number): void {
    try {
      rmSync(this.#pathOf(pid), { force: true });
    } catch {
      // an entry that stays is told from a server by its start time
    }
  }

  /** The servers whose owner is gone. Entries of servers that are gone too are struck out on the way. */
  orphans(): readonly OrphanServer[] {
    return this.#entries().flatMap((entry) => {
      const { pid, port, command, ownerPid, ownerStartTicks } = entry;
      const survivor = survivorOf(entry);
      if (survivor === undefined) {
        this.forget(pid);
        return [];
      }
      if (processOf(ownerPid)?.startTicks === ownerStartTicks) return [];
      return [{ pid: survivor.pid, groupId: survivor.groupId, port, command: command.join(' ') }];
    });
  }

  #entries(): readonly LedgerEntry[] {
    let names: readonly string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return [];
    }
    const own = names.filter((name) => name.startsWith(`${hostname()}-`) && name.endsWith('.json'));
    return own.flatMap((name) => readEntry(join(this.#folder, name)) ?? []);
  }

  // Homes are shared between machines and containers, pids are not.
  #pathOf(pid: number): string {
    return join(this.#folder, `${hostname()}-${pid}.json`);
  }
}

function readEntry(path: string): LedgerEntry | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LedgerEntry;
  } catch {
    return undefined;
  }
}

/** The server, or a process of its session that outlived it. Once its pid is reused the session is over. */
function survivorOf({ pid, startTicks }: LedgerEntry): ProcessEntry | undefined {
  const server = processOf(pid);
  if (server !== undefined) return server.startTicks === startTicks ? server : undefined;
  return listProcesses().find(({ sessionId }) => sessionId === pid);
}
