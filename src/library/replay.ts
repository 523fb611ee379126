import { openRun } from '../commands/openRun.ts';
import { prepareCriteria } from '../commands/prepareCriteria.ts';
import { play } from '../commands/replay.ts';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { CriteriaOptions } from '../criteria/criteriaOptions.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { Sink } from '../sinks/sink.ts';
import type { RunReport } from './runReport.ts';
import { createStreamSink, type RunStreams } from './runStreams.ts';

/** How a log is replayed; without any of it as it was recorded. */
export interface ReplayInput extends Partial<MetricsOptions & CriteriaOptions> {
  /** Where `latest` is looked for. */
  readonly result_dir?: string;
}

/** A replay that goes on. */
export interface Replayed extends RunStreams {
  /** Rejects with a `SpeedometerError` (`usage`) where there is no log that can be read. */
  readonly report: Promise<RunReport>;
}

/**
 * Replays a log as fast as it can be read, through the pipeline of a live run: the streams have the very values that
 * `run()` gave. It begins in the next turn, and goes on until it is done; a damaged log ends it at the damage, with a
 * warning in the report.
 *
 * @param log the folder of a run, its `log.mdb`, or `latest`
 * @param sinks hear what sinks of a run hear, texts too
 */
export function replay(log: string, options: ReplayInput = {}, sinks: readonly Sink[] = []): Replayed {
  const { sink, streams, complete } = createStreamSink();
  const { result_dir: resultDir = './results', ...changed } = options;

  async function read(): Promise<RunReport> {
    const opened = openRun(log, resultDir);
    try {
      const warnings: string[] = [];
      const judging = { ...opened.options, ...changed };
      const outside = await prepareCriteria(judging, (path) => warnings.push(`${path}: no such file`));
      const { summary, digest, finished, damage } = await play(opened, judging, {
        views: {},
        outside,
        sinks: [sink, ...sinks],
        texts: sinks.length > 0,
        onDecision: () => {},
        warn: (message) => warnings.push(message),
        clock: undefined,
      });
      if (damage !== undefined) warnings.push(damage.message);
      return {
        summary: { ...summary, warnings: [...summary.warnings, ...warnings] },
        folder: opened.folder,
        digest,
        exitCode: finished?.exitCode ?? 0,
        ...(finished?.reason === undefined ? {} : { reason: finished.reason }),
      };
    } catch (thrown) {
      throw thrown instanceof SpeedometerError
        ? thrown
        : new SpeedometerError('bug', messageOf(thrown), { cause: thrown });
    } finally {
      await opened.log.close();
    }
  }

  const report = Promise.resolve().then(read).finally(complete);
  return { ...streams, report };
}
