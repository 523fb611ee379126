import { parseObjective } from '../../src/criteria/objective.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { RunStarted } from '../../src/events/events.ts';
import { DetailFold } from '../../src/metrics/levelDetail.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import type { ReportedRun } from '../../src/reports/reportedRun.ts';
import type { HistoryOptions } from '../metrics/eventHistory.ts';
import { runLog } from '../metrics/runLog.ts';

const started: RunStarted = {
  type: 'run.started',
  worker: 0,
  atMs: 0,
  schemaVersion: 1,
  runId: '20261124-161500-k3f',
  startedAt: '2026-11-24T16:15:00.000Z',
  version: '0.1.0',
  api: 'simulator',
  model: 'simulated-8b',
  tokenizer: 'o200k_base',
  options: { api: 'simulator', num_clients: [1, 2, 4] },
  machine: { cores: 2 },
};

/** A run as a report knows it, from a summary alone: its levels have no pictures of their own. */
export function madeUpReport(summary: RunSummary, more: Partial<ReportedRun> = {}): ReportedRun {
  return {
    label: 'simulator · simulated-8b · 20261124-161500-k3f',
    place: 'results/runs/20261124-161500-k3f',
    started,
    summary,
    details: new Map(),
    window: 'steady',
    objectives: [],
    verdicts: new Map(),
    percentiles: [],
    ...more,
  };
}

/** A run with all that its log gives: pictures, verdicts, percentiles. */
export function foldedReport(history: HistoryOptions, clients: readonly number[]): ReportedRun {
  const log = runLog(history, clients);
  const details = new DetailFold({ percentiles: [0.5, 0.75], limits: [{ figure: 'e2eMs', holds: (ms) => ms < 200 }] });
  const options = { window_seconds: 10, early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };
  const { summary } = replay([log], options, { observe: details.observe.bind(details) });
  const objective = parseObjective('p50(e2e) < 200ms');
  const verdicts = summary.levels.map(
    ({ level }) => [level, [{ objective, status: 'met', value: 120 } as const]] as const,
  );
  return madeUpReport(summary, {
    details: details.details,
    objectives: [objective],
    verdicts: new Map(verdicts),
    percentiles: [0.5, 0.75],
    isRepeated: true,
  });
}
