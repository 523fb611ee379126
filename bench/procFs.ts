import { readFileSync } from 'node:fs';

/** CPU time that a process and all its threads have used, in ms; as exact as the kernel's ticks (10 ms). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold blanks: fields are counted from behind it. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process holds of memory, in bytes. */
export interface HeldMemory {
  /** All that is resident, pages of files among it. */
  readonly residentBytes: number;
  /** Without pages of files: those of the log, which is mapped, grow with it, and the kernel takes them back when it likes. */
  readonly anonymousBytes: number;
}

/** @throws Error where the process has ended and has none */
export function memoryOf(pid: number): HeldMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytesOf = (name: string): number => {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
    if (line === null) throw new Error(`process ${pid} has ended`);
    return Number(line[1]) * 1024;
  };
  return { residentBytes: bytesOf('VmRSS'), anonymousBytes: bytesOf('RssAnon') };
}

/** Direct children of a process. */
export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
}
