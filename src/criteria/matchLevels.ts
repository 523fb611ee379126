import type { JsonValue } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';

/** Levels of two runs, those that belong together and those that stand alone. */
export interface MatchedLevels {
  readonly pairs: readonly (readonly [before: LevelSummary, after: LevelSummary])[];
  readonly unmatched: { readonly before: readonly LevelSummary[]; readonly after: readonly LevelSummary[] };
}

/** What else makes the prompts of a level, beside the means that its summary has. */
const promptOptions = [
  'prompt_text_source',
  'prompt_length_var',
  'max_new_tokens_var',
  'prompt_length_shape',
  'max_new_tokens_shape',
  'length_pairs',
  'trace',
  'trace_window',
  'prefix_tokens',
  'prefix_groups',
  'prefix_zipf',
] as const;

/**
 * Pairs the levels of two runs that have the same load under the same prompts: each with the first one that is left. An
 * option that one of the runs does not tell of (results of another tool) keeps no levels apart.
 */
export function matchLevels(before: RunSummary, after: RunSummary): MatchedLevels {
  const left = new Set(after.levels);
  const pairs: (readonly [LevelSummary, LevelSummary])[] = [];
  const alone: LevelSummary[] = [];
  for (const level of before.levels) {
    const twin = [...left].find((other) => isSame(level, other) && hasSamePrompts([before, level], [after, other]));
    if (twin === undefined) alone.push(level);
    else {
      pairs.push([level, twin]);
      left.delete(twin);
    }
  }
  return { pairs, unmatched: { before: alone, after: [...left] } };
}

function isSame(one: LevelSummary, other: LevelSummary): boolean {
  return (
    one.load.kind === other.load.kind &&
    one.load.value === other.load.value &&
    one.promptLength === other.promptLength &&
    one.maxNewTokens === other.maxNewTokens &&
    one.streaming === other.streaming
  );
}

type LevelOfRun = readonly [run: RunSummary, level: LevelSummary];

function hasSamePrompts(one: LevelOfRun, other: LevelOfRun): boolean {
  return promptOptions.every((name) => {
    const [left, right] = [optionOf(one, name), optionOf(other, name)];
    return left === undefined || right === undefined || left === right;
  });
}

function optionOf([{ run, sweeps }, { sweep }]: LevelOfRun, name: string): JsonValue | undefined {
  return sweeps.find(({ id }) => id === sweep)?.options[name] ?? run.options[name];
}
