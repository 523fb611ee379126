import { listProcesses, type ProcessEntry, processOf } from './processTable.ts';

/**
 * A process that we started in a session of its own, with all that came of it: what is in its session, whatever process
 * group it moved to, and what its members started. Only pids that were seen to belong to it are ever signalled.
 */
export class ProcessFamily {
  readonly #root: number;
  readonly #startTicks: number | undefined;
  /** Start times of all members seen so far: those that left the session stay members when their parents end. */
  readonly #seen = new Map<number, number>();

  /** @param root the pid of a process that was started `detached` */
  constructor(root: number) {
    this.#root = root;
    this.#startTicks = processOf(root)?.startTicks;
  }

  /** Whether any member is left. */
  get isAlive(): boolean {
    if (this.#startTicks === undefined) return signalGroup(this.#root, 0);
    return this.members().length > 0;
  }

  /** The members that run now; none where there is no `/proc`. */
  members(): readonly ProcessEntry[] {
    const all = listProcesses();
    const found = new Map(all.filter((entry) => this.#belongs(entry)).map((entry) => [entry.pid, entry]));
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const entry of all) if (found.has(entry.parentPid)) found.set(entry.pid, entry);
    }
    for (const { pid, startTicks } of found.values()) this.#seen.set(pid, startTicks);
    return [...found.values()];
  }

  #belongs({ pid, sessionId, startTicks }: ProcessEntry): boolean {
    return sessionId === this.#root || this.#seen.get(pid) === startTicks;
  }

  /** Sends a signal to every process group that has members, or to the first group where there is no `/proc`. */
  signal(signal: NodeJS.Signals): void {
    const groups = new Set(this.members().map(({ groupId }) => groupId));
    if (groups.size === 0 && this.#startTicks === undefined) groups.add(this.#root);
    for (const group of groups) signalGroup(group, signal);
  }
}

/** @returns whether there was anybody to take it */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // it ended between the look and the signal
  }
}
