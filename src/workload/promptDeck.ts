import { SpeedometerError } from '../core/errors.ts';
import { randomStreams } from '../core/random.ts';
import { createCountedCutter } from './countedCutter.ts';
import { drawLength } from './lengthDistribution.ts';
import { createCutter, distinctHeads, type PromptCutter } from './promptCutter.ts';
import type { PromptOptions } from './promptOptions.ts';
import type { PromptSource } from './promptSource.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What one request asks for; the same for a seed and a number, whoever draws it. */
export interface PlannedRequest {
  /** From 0 over the whole run; warm-up requests are numbered too. */
  readonly request: number;
  readonly warmup: boolean;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** Pairs (start, end) of UTF-16 offsets into the source text; joined they are the prompt. */
  readonly slices: readonly number[];
}

/** The options that shape prompts and lengths. */
export type DeckOptions = Pick<
  PromptOptions,
  | 'prompt_length'
  | 'prompt_length_var'
  | 'max_prompt_length'
  | 'max_new_tokens'
  | 'max_new_tokens_var'
  | 'shared_prefix_tokens'
>;

/** All requests of a sweep, without holding any: `draw` is a pure function. */
export interface PromptDeck {
  draw(request: number, warmup: boolean): PlannedRequest;
}

/** A deck that can be given to workers, which need no tokenizer for it. */
export interface TransferableDeck extends PromptDeck {
  /** Everything that {@link createDeck} needs; requests from 0 to `requests` - 1 can be drawn from it. */
  toTransfer(requests: number): DeckTransfer;
}

/** A deck as it travels to a worker; survives a structured clone. */
export interface DeckTransfer extends PromptSource {
  readonly options: DeckOptions;
  readonly seed: number;
  /** All requests, drawn beforehand: only where prompts must be counted, which a worker must not do while it measures. */
  readonly drawn?: readonly PlannedRequest[];
}

/** The prompt that slices make of the source text. */
export function promptText(sourceText: string, slices: ArrayLike<number>): string {
  let prompt = '';
  for (let at = 0; at < slices.length; at += 2) prompt += sourceText.slice(slices[at], slices[at + 1]);
  return prompt;
}

/** The upper end of prompt lengths: `max_prompt_length`, but never below the mean. */
export function longestPromptTokens(options: Pick<DeckOptions, 'prompt_length' | 'max_prompt_length'>): number {
  return Math.max(options.prompt_length, options.max_prompt_length);
}

/** A sweep's deck, made where the tokenizer is; what the user should know of it stands in `warnings`. */
export function createPromptDeck(
  source: PromptSource,
  options: DeckOptions,
  seed: number,
  tokenizer: Tokenizer,
): { readonly deck: TransferableDeck; readonly warnings: readonly string[] } {
  const transfer: DeckTransfer = { ...source, options, seed };
  const warnings = deckWarnings(source, options);
  const cut = createCutter(source, options.shared_prefix_tokens, seed);
  if (source.exact) return { deck: { draw: createDraw(transfer, cut), toTransfer: () => transfer }, warnings };

  const counted = createCountedCutter(cut, source.text, (slices) => tokenizer.count(promptText(source.text, slices)));
  const drawFresh = createDraw(transfer, counted);
  const known = new Map<number, PlannedRequest>(); // counting a prompt is dear, and a plan and its run draw the same
  const draw = (request: number, warmup: boolean): PlannedRequest => {
    const planned = known.get(request) ?? drawFresh(request, false);
    known.set(request, planned);
    return { ...planned, warmup };
  };
  const toTransfer = (requests: number): DeckTransfer => ({
    ...transfer,
    drawn: Array.from({ length: requests }, (_, request) => draw(request, false)),
  });
  return { deck: { draw, toTransfer }, warnings };
}

/** The same deck in a worker. */
export function createDeck(transfer: DeckTransfer): PromptDeck {
  const { drawn, options, seed } = transfer;
  if (drawn === undefined)
    return { draw: createDraw(transfer, createCutter(transfer, options.shared_prefix_tokens, seed)) };
  return {
    draw: (request, warmup) => {
      const planned = drawn[request];
      if (planned === undefined) {
        throw new SpeedometerError(
          'bug',
          `request ${request} is beyond the ${drawn.length} that were drawn for workers`,
        );
      }
      return { ...planned, warmup };
    },
  };
}

// A stream for each purpose: other answer lengths leave the prompts as they were.
function createDraw({ options, seed }: DeckTransfer, cut: PromptCutter): PromptDeck['draw'] {
  const prompts = { mean: options.prompt_length, var: options.prompt_length_var, max: longestPromptTokens(options) };
  const answers = { mean: options.max_new_tokens, var: options.max_new_tokens_var, max: Number.POSITIVE_INFINITY };
  const promptStreams = randomStreams(seed, 'prompt length');
  const answerStreams = randomStreams(seed, 'answer length');
  return (request, warmup) => {
    const { slices, tokens } = cut(request, drawLength(prompts, promptStreams(request)));
    const maxNewTokens = drawLength(answers, answerStreams(request));
    return { request, warmup, promptTokens: tokens, maxNewTokens, slices };
  };
}

function deckWarnings(source: PromptSource, options: DeckOptions): readonly string[] {
  const warnings: string[] = [];
  const { prompt_length, max_prompt_length, shared_prefix_tokens } = options;
  if (max_prompt_length < prompt_length) {
    warnings.push(`max_prompt_length ${max_prompt_length} is below prompt_length: it is raised to ${prompt_length}`);
  }
  if (shared_prefix_tokens >= prompt_length) {
    warnings.push(
      `shared_prefix_tokens ${shared_prefix_tokens} is not below prompt_length ${prompt_length}: ` +
        'prompts up to that length hold nothing but the shared prefix',
    );
  }
  const distinct = distinctHeads(source);
  if (distinct < 1_000_000) {
    warnings.push(
      `the prompt text has so few different words that prompts repeat their first 8 tokens after ${distinct}: ` +
        'a prefix cache may answer for the server',
    );
  }
  return warnings;
}
