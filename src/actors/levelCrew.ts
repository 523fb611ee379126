import { fromCallback } from 'xstate';
import type { CrewCommand, CrewReport, PlannedLevel } from '../machines/levelMachine.ts';
import type { WorkerPool } from './workerPool.ts';

/** The actor through which a level's machine speaks with the workers that carry its clients. */
export function levelCrew(poolOf: () => WorkerPool | undefined) {
  return fromCallback<CrewCommand, PlannedLevel>(({ input: plan, receive, sendBack }) => {
    const report = sendBack as (event: CrewReport) => void;
    const pool = poolOf();
    if (pool === undefined) return undefined;
    const crew = pool.workers.slice(0, plan.workers);
    const done = new Set<number>();

    const stopListening = pool.listen((worker, message) => {
      if (worker > plan.workers) return;
      if (message.type === 'warm') report({ ...message, type: 'crew.warm' });
      else if (message.type === 'refused') report({ type: 'crew.refused', failure: message.failure });
      else if (done.has(worker)) return; // one that is lost after its clients have stopped takes nothing with it
      else if (message.type === 'stopped') report({ ...message, type: 'crew.stopped' });
      else if (message.type === 'lost') report({ type: 'crew.lost', worker, message: message.message });
      if (message.type === 'stopped' || message.type === 'lost') done.add(worker);
    });
    receive((command) => {
      for (const worker of crew) {
        if (command.type === 'warmUp') worker.post({ type: 'level', plan });
        worker.post(command);
      }
    });
    return stopListening;
  });
}
