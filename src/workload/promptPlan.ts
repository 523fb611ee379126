import type { PromptDeck } from './promptDeck.ts';

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

/** Draws `requests` requests (of more than 10 000, the first of them), numbered from `firstRequest`, and sums up their lengths; at least one. */
export function summarizePrompts(deck: PromptDeck, firstRequest: number, requests: number): PromptPlan {
  const prompts: number[] = [];
  const answers: number[] = [];
  const drawn = Math.min(requests, mostDrawn);
  for (let request = firstRequest; request < firstRequest + drawn; request++) {
    const planned = deck.draw(request, false);
    prompts.push(planned.promptTokens);
    answers.push(planned.maxNewTokens);
  }
  return { requests, promptTokens: achieved(prompts), maxNewTokens: achieved(answers) };
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
 * Looks for requests that do not fit a context, among those numbered from `firstRequest`; of more than 10 000 the first.
 * @param contextTokens prompt and answer together
 */
export function longerThan(
  contextTokens: number,
  deck: PromptDeck,
  firstRequest: number,
  requests: number,
): LongRequests {
  const of = Math.min(requests, mostDrawn);
  let [count, promptTokens, maxNewTokens] = [0, 0, 0];
  for (let request = firstRequest; request < firstRequest + of; request++) {
    const planned = deck.draw(request, false);
    const tokens = planned.promptTokens + planned.maxNewTokens;
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
