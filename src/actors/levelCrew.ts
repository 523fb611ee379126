import { fromCallback } from 'xstate';
import type { Clock } from '../core/clock.ts';
import type { CrewCommand, CrewReport, PlannedLevel } from '../machines/levelMachine.ts';
import type { WorkerPool } from './workerPool.ts';

/** The actor through which a level's machine speaks with the workers that carry its clients. */
export function levelCrew(poolOf: () => WorkerPool | undefined, { nowMs }: Pick<Clock, 'nowMs'>) {
  return fromCallback<CrewCommand, PlannedLevel>(({ input: plan, receive, sendBack }) => {
    const report = sendBack as (event: CrewReport) => void;
    const pool = poolOf();
    if (pool === undefined) return undefined;
    /** Workers that carry clients of the level; until it begins, one that is lost is replaced. */
    const carrying = new Set<number>();

    function lose(worker: number, message: string): void {
      if (carrying.delete(worker)) report({ type: 'crew.lost', worker, message });
    }

    const stopListening = pool.listen((worker, message) => {
      if (!carrying.has(worker)) return;
      if (message.type === 'warm') report({ ...message, type: 'crew.warm' });
      else if (message.type === 'refused') report({ type: 'crew.refused', failure: message.failure });
      else if (message.type === 'lost') lose(worker, message.message);
      else if (message.type === 'stopped') {
        carrying.delete(worker);
        report({ ...message, type: 'crew.stopped' });
      }
    });
    receive((command) => {
      const told = command.type === 'start' ? { ...command, atMs: nowMs() } : command;
      for (const handle of pool.workers.slice(0, plan.workers)) {
        if (command.type === 'warmUp') {
          carrying.add(handle.worker);
          handle.post({ type: 'level', plan });
        }
        handle.post(told);
        if (pool.lost.has(handle.worker)) lose(handle.worker, `worker ${handle.worker} ended before the level`);
      }
    });
    return stopListening;
  });
}
