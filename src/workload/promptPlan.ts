import { type LevelRequests, levelRequests } from './conversations.ts';
import type { PlannedRequest, PromptDeck } from './promptDeck.ts';

/** How lengths came out; `sd` is the sample's (n - 1), absent for a single request. Tokens. */
export interface AchievedLengths {
  readonly mean: number;
  readonly sd?: number;
  readonly min: number;
  readonly max: number;
}

/** The lengths that a level's requests really ask for; truncation moves them away from the options' means. */
export interface PromptPlan {
  readonly requests: number;
  readonly promptTokens: AchievedLengths;
  readonly maxNewTokens: AchievedLengths;
}

/** So many requests show how the lengths of a level are spread. */
const mostDrawn = 10_000;

/** Draws the requests of a level (of more than 10 000, the first of them), and sums up their lengths; at least one. */
export function summarizePrompts(deck: PromptDeck, level: LevelRequests): PromptPlan {
  const prompts: number[] = [];
  const answers: number[] = [];
  for (const { promptTokens, maxNewTokens } of firstDrawn(deck, level)) {
    prompts.push(promptTokens);
    answers.push(maxNewTokens);
  }
  return { requests: level.planned, promptTokens: achieved(prompts), maxNewTokens: achieved(answers) };
}

function* firstDrawn(deck: PromptDeck, level: LevelRequests): Iterable<PlannedRequest> {
  let left = mostDrawn;
  for (const request of levelRequests(level, deck.conversations)) {
    if (left-- === 0) return;
    yield deck.draw(request, false);
  }
}

/** Requests whose prompt and answer together are longer than a server's context. */
export interface LongRequests {
  readonly count: number;
  /** How many were looked at. */
  readonly of: number;
  /** The longest of them. */
  readonly promptTokens: number;
  readonly maxNewTokens: number;
}

/**
 * Looks for requests that do not fit a context, among those of a level; of more than 10 000 the first.
 * @param contextTokens prompt and answer together
 */
export function longerThan(contextTokens: number, deck: PromptDeck, level: LevelRequests): LongRequests {
  let [count, of, promptTokens, maxNewTokens] = [0, 0, 0, 0];
  for (const planned of firstDrawn(deck, level)) {
    const tokens = planned.promptTokens + planned.maxNewTokens;
    of++;
    if (tokens <= contextTokens) continue;
    count++;
    if (tokens > promptTokens + maxNewTokens) ({ promptTokens, maxNewTokens } = planned);
  }
  return { count, of, promptTokens, maxNewTokens };
}

function achieved(lengths: readonly number[]): AchievedLengths {
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const squares = lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0);
  const min = lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const max = lengths.reduce((most, length) => Math.max(most, length), 0);
  return lengths.length < 2 ? { mean, min, max } : { mean, sd: Math.sqrt(squares / (lengths.length - 1)), min, max };
}
