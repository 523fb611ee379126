import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process, as the system knows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** When it started, in clock ticks since the system's start: with the pid it names a process for good. */
  readonly startTicks: number;
}

/** All processes but those that have ended and wait to be reaped; none where there is no `/proc`. */
export function listProcesses(): readonly ProcessEntry[] {
  return pids().flatMap((pid) => processOf(pid) ?? []);
}

/** A process that runs; undefined where it has ended, or there is no `/proc`. */
export function processOf(pid: number): ProcessEntry | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  // The second field is the program's name, in parentheses, and may hold spaces and parentheses itself.
  const [state, ...numbers] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parentPid, groupId, sessionId] = numbers.map(Number);
  if (parentPid === undefined || groupId === undefined || sessionId === undefined) return undefined;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parentPid, groupId, sessionId, startTicks: Number(numbers[18]) };
}

/** What a process was started with; empty where that is not to be seen. */
export function commandLineOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

/** The process that listens on a TCP port, as far as `/proc` shows it to us: those of other users stay hidden. */
export function listenerOf(port: number): number | undefined {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listeningSockets(textOf(path), port)));
  if (sockets.size === 0) return undefined;
  return pids().find((pid) => descriptorsOf(pid).some((target) => sockets.has(target)));
}

const listenState = '0A';

/** Of the columns of `/proc/net/tcp`: local address (1), state (3), inode (9). */
function listeningSockets(table: string, port: number): readonly string[] {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(
      ([, local = '', , state]) => state === listenState && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
    )
    .map((row) => `socket:[${row[9]}]`);
}

function descriptorsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return ''; // closed in the meantime
    }
  });
}

function pids(): readonly number[] {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no /proc, a process that has just ended, or one of another user
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
