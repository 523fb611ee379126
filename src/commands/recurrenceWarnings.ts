import { warmupCount, warmupNumbers } from '../actors/clientCrew.ts';
import type { RunOptions } from '../config/runOptions.ts';
import type { PlannedStep } from '../machines/benchmarkMachine.ts';
import { levelRequests } from '../workload/conversations.ts';
import { choosesLoads } from '../workload/plannedLoads.ts';
import type { PreparedPrompts } from '../workload/preparePrompts.ts';
import { type PlannedRequest, promptText } from '../workload/promptDeck.ts';

/** What is looked at of a sweep. */
interface PromptedSweep {
  readonly sweep: number;
  readonly options: RunOptions;
  readonly prompts: PreparedPrompts;
}

/** A sweep with the levels that it is known to measure. */
interface PlannedSweep {
  readonly sweep: PromptedSweep;
  readonly levels: readonly PlannedStep[];
}

/** Datasets whose prompts come again within a run, in words: the server may know such prompts from before. */
export function recurrenceWarnings(
  sweeps: readonly PromptedSweep[],
  levels: readonly PlannedStep[],
): readonly string[] {
  const byPath = new Map<string, PlannedSweep[]>();
  for (const sweep of sweeps) {
    const { dataset: path } = sweep.options;
    if (path === undefined || sweep.prompts.tables.dataset?.isReplaced !== false) continue;
    const measured = levels.filter((level) => level.sweep === sweep.sweep && !level.skip);
    byPath.set(path, [...(byPath.get(path) ?? []), { sweep, levels: measured }]);
  }
  return [...byPath].flatMap(([path, ofPath]) => {
    const gives = `${path} gives ${Math.max(...ofPath.map(rowsOf))} prompts`;
    if (ofPath.some(isOpen)) {
      return [
        `${gives}, and how many requests are sent is not known beforehand: beyond them prompts come again, and a prefix cache may answer for the server`,
      ];
    }
    if (!recurs(ofPath)) return [];
    const requests = ofPath.reduce((sum, planned) => sum + requestsOf(planned), 0);
    return [
      `${gives}, and some of up to ${requests} requests send one that was sent before: a prefix cache may answer for the server`,
    ];
  });
}

function rowsOf({ sweep }: PlannedSweep): number {
  return sweep.prompts.tables.dataset?.promptTokens.length ?? 0;
}

/** Whether time, or a search, decides how many requests are sent. */
function isOpen({ sweep, levels }: PlannedSweep): boolean {
  return choosesLoads(sweep.options) || levels.some(({ seconds }) => seconds !== undefined);
}

/** How many are sent where every warm-up is answered. */
function requestsOf({ levels }: PlannedSweep): number {
  return levels.reduce((sum, level) => sum + level.planned + warmupCount(level), 0);
}

/** Whether a measured prompt was sent before. Rows of a file may be alike, and repeats draw the same ones: what counts is the text. */
function recurs(sweeps: readonly PlannedSweep[]): boolean {
  if (sweeps.some((planned) => requestsOf(planned) > rowsOf(planned))) return true;
  const sent = new Set<string>();
  for (const { sweep, levels } of sweeps) {
    for (const { warmup, slices, turn = 1 } of levels.flatMap((level) => [...drawn(sweep, level)])) {
      // A later turn comes again where its first one does; its own words may be those of any conversation.
      if (turn > 1) continue;
      const prompt = promptText(sweep.prompts.source.text, slices);
      if (sent.has(prompt) && !warmup) return true;
      sent.add(prompt);
    }
  }
  return false;
}

/** The requests of a level, in its order. */
function* drawn({ prompts: { deck } }: PromptedSweep, level: PlannedStep): Generator<PlannedRequest> {
  for (let warmup = 0; warmup < warmupCount(level); warmup++) {
    const [request = 0] = warmupNumbers(level, warmup);
    yield deck.draw(request, true);
  }
  for (const request of levelRequests(level, deck.conversations)) yield deck.draw(request, false);
}
