import type { FailureKind, RequestCompleted, RequestFailed, TokenSource } from '../events/events.ts';
import { cameAtOnce } from './cameAtOnce.ts';
import { FrequentText } from './frequentText.ts';
import type { FailureTopic, LevelSummary } from './levelSummary.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

const failureKinds: readonly FailureKind[] = ['connect', 'timeout', 'httpStatus', 'stream', 'protocol'];
const failureTopics: readonly FailureTopic[] = [...failureKinds, 'throttled'];
/** 529 is Anthropic's. Logs of other clients may have no finer reason than the status. */
const throttlingStatuses = new Set([429, 503, 529]);
const tokenSources: readonly TokenSource[] = ['usage', 'tokenIds', 'tokenizer', 'chunks'];

/**
 * Counts a level's requests by how they ended; in every level planned = completed + failed + empty + cutOff + unsent.
 * Cut off is what we aborted ourselves or what was still open at the level's end.
 */
export class OutcomeTally {
  readonly #planned: number | undefined;
  #completed = 0;
  #failed = 0;
  #empty = 0;
  #cutOff = 0;
  #throttled = 0;
  #throttledStreams = 0;
  #retries = 0;
  #atOnce = 0;
  #otherLength = 0;
  readonly #byFailureKind: Partial<Record<FailureKind, number>> = {};
  readonly #messages = new Map<FailureTopic, FrequentText>();
  readonly #tokenSources: Partial<Record<TokenSource, number>> = {};
  #promptTokens = 0;
  #outputTokens = 0;
  #askedOutputTokens = 0;
  #e2eMs = 0;

  /** @param planned absent where a level ends by time: then all that were sent were planned */
  constructor(planned?: number) {
    this.#planned = planned;
  }

  add(request: TrackedRequest): void {
    const { outcome, figures } = request;
    const completed = answered(outcome);
    if (completed !== undefined && figures !== undefined) {
      this.#completed++;
      this.#promptTokens += completed.promptTokens;
      this.#outputTokens += completed.outputTokens;
      this.#askedOutputTokens += request.maxNewTokens;
      this.#e2eMs += figures.e2eMs;
      if (cameAtOnce(completed)) this.#atOnce++;
      if (hasOtherLength(completed, request.maxNewTokens)) this.#otherLength++;
      this.#tokenSources[completed.tokenSource] = (this.#tokenSources[completed.tokenSource] ?? 0) + 1;
    } else if (outcome?.type === 'request.completed') this.#empty++;
    else if (outcome === undefined || outcome.kind === 'aborted') this.#cutOff++;
    else {
      this.#failed++;
      this.#byFailureKind[outcome.kind] = (this.#byFailureKind[outcome.kind] ?? 0) + 1;
      this.#addReason(outcome);
    }
  }

  /** A try was repeated; its request is counted when it ends. */
  addRetry(): void {
    this.#retries++;
  }

  #addReason({ kind, reason, httpStatus, message }: RequestFailed): void {
    const isThrottled = reason === 'throttled' || throttlingStatuses.has(httpStatus ?? 0);
    if (isThrottled) this.#throttled++;
    if (isThrottled && kind === 'stream') this.#throttledStreams++;
    this.#hear(isThrottled ? 'throttled' : kind, message);
  }

  #hear(topic: FailureTopic, message: string | undefined): void {
    if (message === undefined || message === '') return;
    const heard = this.#messages.get(topic) ?? new FrequentText();
    heard.add(message);
    this.#messages.set(topic, heard);
  }

  requests(): LevelSummary['requests'] {
    const sent = this.#completed + this.#failed + this.#empty + this.#cutOff;
    const planned = this.#planned ?? sent;
    return {
      planned,
      completed: this.#completed,
      failed: this.#failed,
      empty: this.#empty,
      cutOff: this.#cutOff,
      unsent: planned - sent,
      throttled: this.#throttled,
      ...(this.#throttledStreams === 0 ? {} : { throttledStreams: this.#throttledStreams }),
      ...(this.#retries === 0 ? {} : { retries: this.#retries }),
      ...(this.#atOnce === 0 ? {} : { atOnce: this.#atOnce }),
      ...(this.#otherLength === 0 ? {} : { otherLength: this.#otherLength }),
      byFailureKind: inOrder(failureKinds, this.#byFailureKind),
      ...this.#frequentMessages(),
    };
  }

  #frequentMessages(): Pick<LevelSummary['requests'], 'messages'> {
    if (this.#messages.size === 0) return {};
    const messages: Partial<Record<FailureTopic, string>> = {};
    for (const topic of failureTopics) {
      const most = this.#messages.get(topic)?.most;
      if (most !== undefined) messages[topic] = most;
    }
    return { messages };
  }

  /** Over completed requests. Without a real count there is no mean of output tokens. */
  achieved(): LevelSummary['achieved'] {
    if (this.#completed === 0) return {};
    const promptTokens = this.#promptTokens / this.#completed;
    if (this.#outputTokens === 0) return { promptTokens }; // vectors: no output was due
    const askedOutputTokens = this.#askedOutputTokens / this.#completed;
    if (this.#tokenSources.chunks !== undefined) return { promptTokens, askedOutputTokens };
    return { promptTokens, outputTokens: this.#outputTokens / this.#completed, askedOutputTokens };
  }

  tokenSources(): LevelSummary['tokenSources'] {
    return inOrder(tokenSources, this.#tokenSources);
  }

  /** Whether there are output tokens, counted as tokens and not only as chunks in every completed request. */
  get tokensKnown(): boolean {
    return this.#outputTokens > 0 && this.#tokenSources.chunks === undefined;
  }

  /** Over all completed requests of the level, whichever stretch they fall in. */
  get meanE2eMs(): number | undefined {
    return this.#completed === 0 ? undefined : this.#e2eMs / this.#completed;
  }
}

/** By our tokenizer a text may be a token longer or shorter than it was made; a vector has no length. */
function hasOtherLength({ outputTokens, tokenSource }: RequestCompleted, asked: number): boolean {
  const isTold = tokenSource === 'usage' || tokenSource === 'tokenIds';
  return isTold && outputTokens > 0 && outputTokens !== asked;
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
