import type { FailureKind, TokenSource } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';
import { requestFigures } from './requestFigures.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

const failureKinds: readonly FailureKind[] = ['connect', 'timeout', 'httpStatus', 'stream', 'protocol'];
const tokenSources: readonly TokenSource[] = ['usage', 'tokenIds', 'tokenizer', 'chunks'];

/**
 * Counts a level's requests by how they ended; in every level planned = completed + failed + empty + cutOff + unsent.
 * Cut off is what we aborted ourselves or what was still open at the level's end.
 */
export class OutcomeTally {
  readonly #planned: number;
  #completed = 0;
  #failed = 0;
  #empty = 0;
  #cutOff = 0;
  #throttled = 0;
  readonly #byFailureKind: Partial<Record<FailureKind, number>> = {};
  readonly #tokenSources: Partial<Record<TokenSource, number>> = {};
  #promptTokens = 0;
  #outputTokens = 0;
  #askedOutputTokens = 0;
  #e2eMs = 0;

  constructor(planned: number) {
    this.#planned = planned;
  }

  add(request: TrackedRequest): void {
    const { outcome } = request;
    const completed = answered(outcome);
    if (completed !== undefined) {
      this.#completed++;
      this.#promptTokens += completed.promptTokens;
      this.#outputTokens += completed.outputTokens;
      this.#askedOutputTokens += request.maxNewTokens;
      this.#e2eMs += requestFigures(completed).e2eMs;
      this.#tokenSources[completed.tokenSource] = (this.#tokenSources[completed.tokenSource] ?? 0) + 1;
    } else if (outcome?.type === 'request.completed') this.#empty++;
    else if (outcome === undefined || outcome.kind === 'aborted') this.#cutOff++;
    else {
      this.#failed++;
      this.#byFailureKind[outcome.kind] = (this.#byFailureKind[outcome.kind] ?? 0) + 1;
      if (outcome.httpStatus === 429 || outcome.httpStatus === 503) this.#throttled++;
    }
  }

  requests(): LevelSummary['requests'] {
    return {
      planned: this.#planned,
      completed: this.#completed,
      failed: this.#failed,
      empty: this.#empty,
      cutOff: this.#cutOff,
      unsent: this.#planned - this.#completed - this.#failed - this.#empty - this.#cutOff,
      throttled: this.#throttled,
      byFailureKind: inOrder(failureKinds, this.#byFailureKind),
    };
  }

  /** Over completed requests. Without a real count there is no mean of output tokens. */
  achieved(): LevelSummary['achieved'] {
    if (this.#completed === 0) return {};
    const promptTokens = this.#promptTokens / this.#completed;
    const askedOutputTokens = this.#askedOutputTokens / this.#completed;
    if (this.#tokenSources.chunks !== undefined) return { promptTokens, askedOutputTokens };
    return { promptTokens, outputTokens: this.#outputTokens / this.#completed, askedOutputTokens };
  }

  tokenSources(): LevelSummary['tokenSources'] {
    return inOrder(tokenSources, this.#tokenSources);
  }

  /** Whether tokens are counted, not only chunks, in every completed request. */
  get tokensKnown(): boolean {
    return this.#completed > 0 && this.#tokenSources.chunks === undefined;
  }

  /** Over all completed requests of the level, whichever stretch they fall in. */
  get meanE2eMs(): number | undefined {
    return this.#completed === 0 ? undefined : this.#e2eMs / this.#completed;
  }
}

/** Counts in one fixed order of names, so that the summary does not show which was met first. */
function inOrder<Name extends string>(
  names: readonly Name[],
  counts: Partial<Record<Name, number>>,
): Partial<Record<Name, number>> {
  const ordered: Partial<Record<Name, number>> = {};
  for (const name of names) if (counts[name] !== undefined) ordered[name] = counts[name];
  return ordered;
}
