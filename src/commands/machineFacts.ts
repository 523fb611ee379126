import { cpus, platform, release, totalmem } from 'node:os';
import { processOf } from '../clients/processTable.ts';
import { type RunStarted, schemaVersion } from '../events/events.ts';
import { calibrationPath, keptCeiling } from './calibrationFile.ts';
import { packageVersion } from './version.ts';

/** What a log says of the program and the machine that made it. */
export function describeMachine(): Pick<RunStarted, 'schemaVersion' | 'version' | 'machine'> {
  const [cpu] = cpus();
  return {
    schemaVersion,
    version: packageVersion(),
    machine: {
      cores: cpus().length,
      cpu: cpu?.model ?? 'unknown',
      memoryBytes: totalmem(),
      system: `${platform()} ${release()}`,
      node: process.version,
    },
  };
}

/** The same, what the machine can send where that is known, and which process writes the log, so that a reader can tell whether it still does. */
export function describeWriter(): ReturnType<typeof describeMachine> & Pick<RunStarted, 'ceiling'> {
  const { machine, ...facts } = describeMachine();
  const ceiling = keptCeiling(calibrationPath(), { ...facts, machine });
  const startTicks = processOf(process.pid)?.startTicks;
  const ofMachine = ceiling === undefined ? {} : { ceiling };
  return {
    ...facts,
    ...ofMachine,
    machine: { ...machine, pid: process.pid, ...(startTicks === undefined ? {} : { startTicks }) },
  };
}

/** Whether the process that wrote the head of a log still runs; `false` where the log does not name it. */
export function isWriterAlive({ machine }: RunStarted): boolean {
  const { pid, startTicks } = machine;
  if (typeof pid !== 'number') return false;
  const found = processOf(pid);
  if (found !== undefined) return startTicks === undefined || found.startTicks === startTicks;
  return startTicks === undefined && answersSignals(pid);
}

/** Where there is no table of processes to look into. */
function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
