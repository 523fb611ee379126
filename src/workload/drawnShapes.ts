import { randomStreams } from '../core/random.ts';
import { type DatasetTable, datasetShapes, plannedTokens } from './datasets/datasetShapes.ts';
import { drawLength } from './lengthDistribution.ts';
import type { LengthOptions } from './lengthOptions.ts';
import type { LengthTable } from './lengthTable.ts';
import { createPrefixGroups } from './prefixGroups.ts';
import type { PrefixOptions } from './prefixOptions.ts';
import type { PromptOptions } from './promptOptions.ts';
import type { Shapes } from './requestShape.ts';
import type { Trace } from './traceFile.ts';
import { traceShapes } from './traceShapes.ts';

/** The options that shape requests. */
export type ShapeOptions = Pick<
  PromptOptions,
  'prompt_length' | 'prompt_length_var' | 'max_prompt_length' | 'max_new_tokens' | 'max_new_tokens_var'
> &
  Omit<LengthOptions, 'length_pairs'> &
  PrefixOptions;

/** What files say of requests; travels to workers. */
export interface ShapeTables {
  /** Pairs of lengths, in place of distributions. */
  readonly pairs?: LengthTable;
  /** Prompts that are there already. */
  readonly dataset?: DatasetTable;
  /** Requests one after the other, in place of all that is drawn. */
  readonly trace?: Trace;
}

/** The lengths that a file has, where there is one. */
export function tableOf({ pairs, dataset, trace }: ShapeTables): LengthTable | undefined {
  return trace ?? dataset ?? pairs;
}

/** The longest prompt that may be drawn: of a file the longest, else `max_prompt_length`, but never below the mean. */
export function longestPromptTokens(
  options: Pick<ShapeOptions, 'prompt_length' | 'max_prompt_length'>,
  tables: ShapeTables = {},
): number {
  const table = tableOf(tables);
  if (table !== undefined) return table.promptTokens.reduce((most, tokens) => Math.max(most, tokens), 1);
  return Math.max(options.prompt_length, options.max_prompt_length);
}

/** The means that are asked for, whole tokens. */
export function meanLengths(options: ShapeOptions, tables: ShapeTables) {
  const { prompt_length: promptLength, max_new_tokens: maxNewTokens } = options;
  const table = tableOf(tables);
  if (table === undefined) return { promptLength, maxNewTokens };
  const { outputTokens } = table;
  const promptTokens = tables.dataset === undefined ? table.promptTokens : plannedTokens(tables.dataset, maxNewTokens);
  return {
    promptLength: meanOf(promptTokens),
    // Rows that tell no length are asked for answers as long as the options say.
    maxNewTokens: outputTokens === undefined ? maxNewTokens : meanOf(outputTokens.map((told) => told || maxNewTokens)),
  };
}

function meanOf(lengths: Uint32Array): number {
  return Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length);
}

/** Shapes as a trace or a dataset has them; else their lengths are drawn, from distributions or out of a table, for every request alike. */
export function shapesOf(options: ShapeOptions, tables: ShapeTables, seed: number): Shapes {
  if (tables.trace !== undefined) return traceShapes(tables.trace, answerLengths(options, seed));
  if (tables.dataset !== undefined) return datasetShapes(tables.dataset, seed, answerLengths(options, seed));
  const lengthsOf =
    tables.pairs === undefined ? drawnLengths(options, seed) : pairedLengths(options, tables.pairs, seed);
  const prefixOf = createPrefixGroups(options, seed);
  // No spread in what is made for every request: V8 gives each such object a class of its own, and reading it is slow.
  const shapeOf = (request: number) => {
    const { promptTokens, maxNewTokens } = lengthsOf(request);
    return { promptTokens, maxNewTokens, prefix: prefixOf(request) };
  };
  return { shapeOf, prefixesRecur: true };
}

type LengthsOf = (request: number) => { readonly promptTokens: number; readonly maxNewTokens: number };

// A stream for each purpose: other answer lengths leave the prompts as they were.
function drawnLengths(options: ShapeOptions, seed: number): LengthsOf {
  const prompts = {
    shape: options.prompt_length_shape,
    mean: options.prompt_length,
    var: options.prompt_length_var,
    max: longestPromptTokens(options),
  };
  const promptStreams = randomStreams(seed, 'prompt length');
  const answerOf = answerLengths(options, seed);
  return (request) => ({
    promptTokens: drawLength(prompts, promptStreams(request)),
    maxNewTokens: answerOf(request),
  });
}

function pairedLengths(options: ShapeOptions, { promptTokens, outputTokens }: LengthTable, seed: number): LengthsOf {
  const streams = randomStreams(seed, 'length pair');
  const answerOf = answerLengths(options, seed);
  return (request) => {
    const row = Math.floor(streams(request)() * promptTokens.length);
    return { promptTokens: promptTokens[row] ?? 1, maxNewTokens: outputTokens?.[row] ?? answerOf(request) };
  };
}

function answerLengths(options: ShapeOptions, seed: number): (request: number) => number {
  const answers = {
    shape: options.max_new_tokens_shape,
    mean: options.max_new_tokens,
    var: options.max_new_tokens_var,
    max: Number.POSITIVE_INFINITY,
  };
  const streams = randomStreams(seed, 'answer length');
  return (request) => drawLength(answers, streams(request));
}
