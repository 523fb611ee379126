import { join } from 'node:path';
import { expect } from 'vitest';
import type { CriteriaOptions } from '../../src/criteria/criteriaOptions.ts';
import { replay } from '../../src/criteria/replay.ts';
import type { MetricsOptions } from '../../src/metrics/metricsOptions.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { loggedEvents, summaryOf } from './command.ts';

/** In every level planned = completed + failed + empty + cutOff + unsent, and each is a count. */
export function expectBooksBalanced({ levels }: RunSummary): void {
  for (const { requests } of levels) {
    const { planned, completed, failed, empty, cutOff, unsent } = requests;
    expect(completed + failed + empty + cutOff + unsent).toBe(planned);
    for (const count of [planned, completed, failed, empty, cutOff, unsent]) expect(count).toBeGreaterThanOrEqual(0);
    const byKind = Object.values(requests.byFailureKind).reduce((sum, count) => sum + count, 0);
    expect(byKind).toBe(failed);
  }
}

const distributions = ['queueMs', 'ttftMs', 'tpotMs', 'itlMs', 'e2eMs', 'maxStallMs'] as const;

/** What was not measured is absent: no figure without samples, no null, no negative time. */
export function expectNothingInvented(summary: RunSummary): void {
  expect(JSON.stringify(summary)).not.toContain('null');
  for (const level of summary.levels) {
    for (const name of distributions) {
      const { count, undefinedCount, ...figures } = level[name];
      expect(undefinedCount).toBeGreaterThanOrEqual(0);
      if (count === 0) expect(figures).toEqual({});
      else for (const figure of Object.values(figures)) expect(figure).toBeGreaterThanOrEqual(0);
    }
  }
}

/** A cold process recomputes from the log what the live run concluded, bit for bit. */
export async function expectReplayEqual(runFolder: string): Promise<void> {
  const events = await loggedEvents(runFolder);
  const [started] = events;
  const finished = events.at(-1);
  if (started?.type !== 'run.started' || finished?.type !== 'run.finished') return expect.fail('the run did not end');
  const log = openLmdbLog(join(runFolder, 'log.mdb'));
  const { digest, summary, decisions } = replay(
    log.batches(),
    started.options as unknown as MetricsOptions & CriteriaOptions,
  );
  await log.close();
  expect(digest).toBe(finished.digest);
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summaryOf(runFolder));
  const recorded = events.filter((event) => event.type === 'criterion.met');
  expect(recorded.map(({ type: _type, worker: _worker, seq: _seq, ...decision }) => decision)).toEqual(decisions);
}
