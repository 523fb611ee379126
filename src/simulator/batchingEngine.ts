import { type RandomStream, randomStream } from '../core/random.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

/** A request as the engine sees it: only its size and when it came. */
export interface Submission {
  /** Chosen by the caller, unique among the sequences that are not finished. */
  readonly sequence: number;
  /** At least 1. */
  readonly promptTokens: number;
  /** At least 1. The answer has exactly as many tokens. */
  readonly maxNewTokens: number;
  /** Never earlier than that of a submission before. */
  readonly atMs: number;
}

/** One token of an answer. */
export interface EmittedToken {
  readonly sequence: number;
  /** Its number within the answer, from 1. */
  readonly token: number;
  readonly last: boolean;
}

/** A step that is over. Its tokens became visible at `endedAtMs`, all at once. */
export interface FinishedStep {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** Sequences that had their prompt behind them when the step began. */
  readonly decodingSequences: number;
  readonly prefilledTokens: number;
  /** In order of admission. */
  readonly tokens: readonly EmittedToken[];
}

interface Sequence extends Submission {
  promptTokensLeft: number;
  generatedTokens: number;
}

interface Step {
  readonly beganAtMs: number;
  readonly endsAtMs: number;
  readonly decodingSequences: number;
  readonly prefilledTokens: number;
  readonly yielding: readonly Sequence[];
}

/**
 * Continuous batching on virtual time: no clock, no timer, no I/O. Whoever drives it says what time it is.
 *
 * - A step lasts `(step_base_ms + step_per_seq_ms * decoding + step_per_prefill_token_ms * prefilled) * jitter`.
 * - Each decoding sequence gets one token a step; the step that prefills the rest of a prompt yields its first token.
 * - Sequences are admitted when a step begins, first come first served, while a slot is free, their prompt and their
 *   whole answer fit into the KV budget, and the step can still prefill. So nothing is ever preempted, and at most one
 *   prompt is prefilled in part.
 * - A step begins when the one before ended, by its deadline and not by when anyone looked; after idleness it begins
 *   with the arrival. What arrives while a step runs waits for its end.
 */
export class BatchingEngine {
  readonly #options: SimulatorOptions;
  readonly #random: RandomStream;
  // Maps keep the order of arrival and of admission, and drop a cancelled sequence at once.
  readonly #waiting = new Map<number, Sequence>();
  readonly #running = new Map<number, Sequence>();
  #reservedTokens = 0;
  #step: Step | undefined;
  #freeFromMs = 0;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#random = randomStream(options.simulator_seed, 'steps');
  }

  /** Sequences that hold a slot. */
  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** KV tokens that running sequences hold, those of answers still to come included. */
  get reservedTokens(): number {
    return this.#reservedTokens;
  }

  /** @throws RangeError where the sequence is empty, or longer than the KV budget, so that it can never run */
  submit(submission: Submission): void {
    const { sequence, promptTokens, maxNewTokens } = submission;
    if (promptTokens < 1 || maxNewTokens < 1 || promptTokens + maxNewTokens > this.#options.kv_cache_tokens) {
      throw new RangeError(`sequence ${sequence} of ${promptTokens} + ${maxNewTokens} tokens can never run`);
    }
    this.#waiting.set(sequence, { ...submission, promptTokensLeft: promptTokens, generatedTokens: 0 });
  }

  /** Drops a sequence and frees what it holds. A step that is under way lasts as long as it would have. */
  cancel(sequence: number): void {
    if (this.#waiting.delete(sequence)) return;
    const running = this.#running.get(sequence);
    if (running !== undefined) this.#release(running);
  }

  /** When the step that is under way ends; undefined while there is nothing to do. */
  nextDeadlineMs(): number | undefined {
    if (this.#step === undefined) this.#step = this.#beginStep();
    return this.#step?.endsAtMs;
  }

  /** Ends every step whose deadline is not after `toMs`, oldest first. */
  advance(toMs: number): readonly FinishedStep[] {
    const finished: FinishedStep[] = [];
    let deadlineMs = this.nextDeadlineMs();
    while (this.#step !== undefined && deadlineMs !== undefined && deadlineMs <= toMs) {
      finished.push(this.#endStep(this.#step));
      deadlineMs = this.nextDeadlineMs();
    }
    return finished;
  }

  #beginStep(): Step | undefined {
    let beganAtMs = this.#freeFromMs;
    if (this.#running.size === 0) {
      const [first] = this.#waiting.values();
      if (first === undefined) return undefined;
      beganAtMs = Math.max(beganAtMs, first.atMs);
    }
    const { max_num_batched_tokens, step_base_ms, step_per_seq_ms, step_per_prefill_token_ms } = this.#options;
    const yielding: Sequence[] = [];
    let decodingSequences = 0;
    let budget = max_num_batched_tokens;
    for (const sequence of this.#running.values()) {
      if (sequence.promptTokensLeft === 0) decodingSequences++;
      else budget -= prefill(sequence, budget);
      if (sequence.promptTokensLeft === 0) yielding.push(sequence);
    }
    while (budget > 0) {
      const sequence = this.#admitNext(beganAtMs);
      if (sequence === undefined) break;
      budget -= prefill(sequence, budget);
      if (sequence.promptTokensLeft === 0) yielding.push(sequence);
    }
    const prefilledTokens = max_num_batched_tokens - budget;
    const costMs = step_base_ms + step_per_seq_ms * decodingSequences + step_per_prefill_token_ms * prefilledTokens;
    return { beganAtMs, endsAtMs: beganAtMs + costMs * this.#jitter(), decodingSequences, prefilledTokens, yielding };
  }

  #admitNext(atMs: number): Sequence | undefined {
    const { max_num_seqs, kv_cache_tokens } = this.#options;
    const [next] = this.#waiting.values();
    if (next === undefined || next.atMs > atMs || this.#running.size >= max_num_seqs) return undefined;
    if (this.#reservedTokens + next.promptTokens + next.maxNewTokens > kv_cache_tokens) return undefined;
    this.#waiting.delete(next.sequence);
    this.#running.set(next.sequence, next);
    this.#reservedTokens += next.promptTokens + next.maxNewTokens;
    return next;
  }

  #endStep({ beganAtMs, endsAtMs, decodingSequences, prefilledTokens, yielding }: Step): FinishedStep {
    const tokens: EmittedToken[] = [];
    for (const running of yielding) {
      const { sequence } = running;
      if (this.#running.get(sequence) !== running) continue; // cancelled while the step ran
      const token = ++running.generatedTokens;
      const last = token === running.maxNewTokens;
      tokens.push({ sequence, token, last });
      if (last) this.#release(running);
    }
    this.#freeFromMs = endsAtMs;
    this.#step = undefined;
    return { beganAtMs, endedAtMs: endsAtMs, decodingSequences, prefilledTokens, tokens };
  }

  #release(running: Sequence): void {
    this.#running.delete(running.sequence);
    this.#reservedTokens -= running.promptTokens + running.maxNewTokens;
  }

  #jitter(): number {
    const { step_jitter } = this.#options;
    return step_jitter === 0 ? 1 : 1 + step_jitter * (2 * this.#random() - 1);
  }
}

function prefill(sequence: Sequence, budgetTokens: number): number {
  const tokens = Math.min(sequence.promptTokensLeft, budgetTokens);
  sequence.promptTokensLeft -= tokens;
  return tokens;
}
