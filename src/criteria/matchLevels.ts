import type { JsonValue } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RunSummary } from '../metrics/runSummary.ts';

/** Levels of two runs, those that belong together and those that stand alone. */
export interface MatchedLevels {
  readonly pairs: readonly (readonly [before: LevelSummary, after: LevelSummary])[];
  readonly unmatched: { readonly before: readonly LevelSummary[]; readonly after: readonly LevelSummary[] };
}

/** An option that prompts follow from, beside the means that a level's summary has, and its value where none was given. */
export interface PromptOption {
  readonly name: string;
  readonly defaultValue?: unknown;
}

/**
 * Pairs the levels of two runs that have the same load under the same prompts: each with the first one that is left, so that
 * repeats go together in their order. Results of another tool tell of their prompts only the means.
 */
export function matchLevels(
  before: RunSummary,
  after: RunSummary,
  promptOptions: readonly PromptOption[],
): MatchedLevels {
  const left = new Set(after.levels);
  const pairs: (readonly [LevelSummary, LevelSummary])[] = [];
  const alone: LevelSummary[] = [];
  for (const level of before.levels) {
    const twin = [...left].find(
      (other) => isSame(level, other) && hasSamePrompts([before, level], [after, other], promptOptions),
    );
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

function hasSamePrompts(one: LevelOfRun, other: LevelOfRun, promptOptions: readonly PromptOption[]): boolean {
  if (isImported(one) || isImported(other)) return true;
  return promptOptions.every(
    ({ name, defaultValue }) => (optionOf(one, name) ?? defaultValue) === (optionOf(other, name) ?? defaultValue),
  );
}

function isImported([{ run }]: LevelOfRun): boolean {
  return run.options['imported_from'] !== undefined;
}

function optionOf([{ run, sweeps }, { sweep }]: LevelOfRun, name: string): JsonValue | undefined {
  return sweeps.find(({ id }) => id === sweep)?.options[name] ?? run.options[name];
}
