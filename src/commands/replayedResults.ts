import { optionsDigest } from '../config/optionsDigest.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { SpeedometerError } from '../core/errors.ts';
import type { LevelPrepared, Recorded } from '../events/events.ts';
import { createJsonResults } from '../sinks/jsonResults.ts';
import { createResultFiles } from '../sinks/resultFiles.ts';
import type { Sink } from '../sinks/sink.ts';
import type { OpenRun } from './openRun.ts';
import type { RunOutline } from './runOutline.ts';

/**
 * A sink that writes the result files of a recorded run once more, under the names and digests that the run gave them.
 * What an option of a client from outside changed is in no log, and so not in the digest.
 */
export function createReplayedResults({ started, log }: OpenRun, { sweeps }: RunOutline, resultDir: string): Sink {
  const files = createResultFiles(resultDir);
  const prepared = new Map<number, LevelPrepared>();
  const sink = createJsonResults({
    runId: started.runId,
    sourceText: (source) => log.source(source) ?? '',
    targetOf: (level) => {
      const asked = prepared.get(level);
      const { options, contents } = sweeps.find(({ sweep }) => sweep === asked?.sweep) ?? {};
      if (asked === undefined || options === undefined)
        throw new SpeedometerError('bug', `no level ${level} in the log`);
      const { load, promptLength, maxNewTokens, sweep } = asked;
      const text = log.source(sweep) ?? '';
      const digest = optionsDigest(givenOptions(options, started.options), { prompt_text_source: text, ...contents });
      const { api, model } = { ...started, ...options } as unknown as RunOptions;
      return { path: files.claim({ api, model, promptLength, maxNewTokens, load, digest }).path, digest };
    },
  });
  return {
    ...sink,
    write(batch) {
      for (const event of batch.events as readonly Recorded[]) {
        if (event.type === 'level.prepared') prepared.set(event.level, event);
      }
      sink.write(batch);
    },
  };
}

/** A sweep's options without the seed that was drawn for it: the run's digest is over what was given. */
function givenOptions(sweep: OpenRun['started']['options'], run: OpenRun['started']['options']): RunOptions {
  const { prompt_generator_seed: seed, ...rest } = sweep;
  const given = 'prompt_generator_seed' in run ? { ...rest, prompt_generator_seed: seed } : rest;
  return given as unknown as RunOptions;
}
