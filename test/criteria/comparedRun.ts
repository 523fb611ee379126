import type { ComparedRun } from '../../src/criteria/compareRuns.ts';
import { PrecisionFold } from '../../src/metrics/precisionFold.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions.ts';
import { type SimulatedLoad, simulatedRun } from '../simulator/simulatedLevel.ts';

/** A run of the engine on virtual time, as `compare` reads it from a log, with p50, p90 and p99. */
export function comparedRun(
  options: SimulatorOptions,
  clients: readonly number[],
  load: Omit<SimulatedLoad, 'clients' | 'level'>,
): ComparedRun {
  const precision = new PrecisionFold({ percentiles: [0.5, 0.9, 0.99], seed: 1 });
  const fold = new RunFold({ window_seconds: 10 }, { observe: precision.observe.bind(precision) });
  for (const event of simulatedRun(options, clients, load)) fold.add(event);
  return { summary: fold.summary(), precision: precision.levels };
}
