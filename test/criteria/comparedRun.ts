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

/** The same run with `--repeats`, each repeat with the same figures. */
export function repeatedRun({ summary, precision }: ComparedRun, repeats: number): ComparedRun {
  const [sweep] = summary.sweeps;
  if (sweep === undefined) throw new Error('no sweep');
  const each = Array.from({ length: repeats }, (_, index) => index);
  return {
    precision,
    summary: {
      ...summary,
      sweeps: each.map((id) => ({ ...sweep, id, options: { ...sweep.options, repeat: id + 1 } })),
      levels: each.flatMap((id) =>
        summary.levels.map((level) => ({ ...level, sweep: id, level: level.level + id * summary.levels.length })),
      ),
    },
  };
}
