import { SpeedometerError } from '../core/errors.ts';
import { createCountedCutter } from './countedCutter.ts';
import { createDatasetCutter } from './datasets/datasetShapes.ts';
import { meanLengths, type ShapeOptions, type ShapeTables, shapesOf, tableOf } from './drawnShapes.ts';
import { createCutter, distinctHeads, type PromptCutter } from './promptCutter.ts';
import type { PromptSource } from './promptSource.ts';
import type { Shapes } from './requestShape.ts';
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
  /** Which turn of its conversation it is, from 1: then each slice is a message. Absent where requests stand by themselves. */
  readonly turn?: number;
}

/** All requests of a sweep, without holding any: `draw` is a pure function. */
export interface PromptDeck extends Shapes {
  draw(request: number, warmup: boolean): PlannedRequest;
}

/** A deck that can be given to workers, which need no tokenizer for it. */
export interface TransferableDeck extends PromptDeck {
  /** Everything that {@link createDeck} needs; requests from 0 to `requests` - 1 can be drawn from it. */
  toTransfer(requests: number): DeckTransfer;
}

/** A deck as it travels to a worker; survives a structured clone. */
export interface DeckTransfer extends PromptSource {
  readonly options: ShapeOptions;
  readonly seed: number;
  readonly tables: ShapeTables;
  /** All requests, drawn beforehand: only where prompts must be counted, which a worker must not do while it measures. */
  readonly drawn?: readonly PlannedRequest[];
}

/** The prompt that slices make of the source text. */
export function promptText(sourceText: string, slices: ArrayLike<number>): string {
  let prompt = '';
  for (let at = 0; at < slices.length; at += 2) prompt += sourceText.slice(slices[at], slices[at + 1]);
  return prompt;
}

/** A sweep's deck, made where the tokenizer is; what the user should know of it stands in `warnings`. */
export function createPromptDeck(
  source: PromptSource,
  options: ShapeOptions,
  seed: number,
  tokenizer: Tokenizer,
  tables: ShapeTables = {},
): { readonly deck: TransferableDeck; readonly warnings: readonly string[] } {
  const transfer: DeckTransfer = { ...source, options, seed, tables };
  const warnings = deckWarnings(source, options, tables);
  const cut = cutterOf(transfer);
  const shapes = shapesOf(options, tables, seed);
  if (source.exact) return { deck: { ...shapes, draw: createDraw(shapes, cut), toTransfer: () => transfer }, warnings };

  const counted = createCountedCutter(cut, source.text, (slices) => tokenizer.count(promptText(source.text, slices)));
  const drawFresh = createDraw(shapes, counted);
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
  return { deck: { ...shapes, draw, toTransfer }, warnings };
}

/** The same deck in a worker. */
export function createDeck(transfer: DeckTransfer): PromptDeck {
  const { drawn, options, tables, seed } = transfer;
  const shapes = shapesOf(options, tables, seed);
  if (drawn === undefined) return { ...shapes, draw: createDraw(shapes, cutterOf(transfer)) };
  return {
    ...shapes,
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

function cutterOf({ tables, seed, ...source }: DeckTransfer): PromptCutter {
  return tables.dataset === undefined ? createCutter(source, seed) : createDatasetCutter(tables.dataset, seed);
}

function createDraw({ shapeOf, conversations }: Shapes, cut: PromptCutter): PromptDeck['draw'] {
  if (conversations !== undefined) {
    const { turnOf } = conversations;
    return (request, warmup) => {
      // A warm-up has no answer to go on from: it begins the conversation.
      const drawn = warmup ? request + 1 - turnOf(request) : request;
      const { promptTokens, maxNewTokens } = shapeOf(drawn);
      const { slices } = cut(drawn, promptTokens);
      return { request, warmup, promptTokens, maxNewTokens, slices, turn: turnOf(drawn) };
    };
  }
  return (request, warmup) => {
    const { promptTokens, maxNewTokens, prefix } = shapeOf(request);
    const { slices, tokens } = cut(request, promptTokens, prefix);
    return { request, warmup, promptTokens: tokens, maxNewTokens, slices };
  };
}

function deckWarnings(source: PromptSource, options: ShapeOptions, tables: ShapeTables): readonly string[] {
  if (tables.dataset !== undefined) return [];
  const warnings: string[] = [];
  const { prompt_length, max_prompt_length, prefix_tokens } = options;
  if (max_prompt_length < prompt_length && tableOf(tables) === undefined) {
    warnings.push(`max_prompt_length ${max_prompt_length} is below prompt_length: it is raised to ${prompt_length}`);
  }
  const { promptLength } = meanLengths(options, tables);
  if (prefix_tokens >= promptLength) {
    warnings.push(
      `prefix_tokens ${prefix_tokens} is not below the mean length of prompts, ${promptLength}: ` +
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
