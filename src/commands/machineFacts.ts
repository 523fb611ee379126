import { cpus, platform, release, totalmem } from 'node:os';
import { type RunStarted, schemaVersion } from '../events/events.ts';
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
