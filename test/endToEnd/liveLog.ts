import { join } from 'node:path';
import type { EventLogReader } from '../../src/events/eventLog.ts';
import type { Recorded } from '../../src/events/events.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { runFolders, until } from './command.ts';

/** Follows the log of the only run, while it grows, until it holds what `condition` asks for. @returns its events */
export async function seenEvents(
  resultDir: string,
  condition: (events: readonly Recorded[]) => boolean,
): Promise<readonly Recorded[]> {
  const folder = await until(() => runFolders(resultDir)[0]);
  const log = await until(() => openedLog(join(folder, 'log.mdb')));
  const events: Recorded[] = [];
  try {
    return await until(() => {
      for (const batch of log.batches(events.length)) events.push(...batch);
      return condition(events) ? events : undefined;
    });
  } catch (cause) {
    const last = events.slice(-5).map(({ type, atMs }) => `${type} at ${atMs.toFixed(0)} ms`);
    throw new Error(`not seen among ${events.length} events, of which the last are ${last.join(', ')}`, { cause });
  } finally {
    await log.close();
  }
}

/** The log, as soon as its writer has made it. */
function openedLog(path: string): EventLogReader | undefined {
  try {
    return openLmdbLog(path);
  } catch {
    return undefined;
  }
}
