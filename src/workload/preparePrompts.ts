import { createHash } from 'node:crypto';
import { type CreatedSource, createSource } from './createSource.ts';
import { type DatasetOptions, datasetOptions } from './datasetOptions.ts';
import { fileDigest, type ReadDataset, readDataset } from './datasets/readDataset.ts';
import { longestPromptTokens, meanLengths, type ShapeOptions, type ShapeTables } from './drawnShapes.ts';
import type { LengthOptions } from './lengthOptions.ts';
import { type LengthTable, readLengthTable } from './lengthTable.ts';
import { createPromptDeck, type TransferableDeck } from './promptDeck.ts';
import type { PromptOptions } from './promptOptions.ts';
import type { PromptSource } from './promptSource.ts';
import { readSourceText } from './sourceText.ts';
import type { Tokenizer } from './tokenizer.ts';
import { blockTokens } from './traceBlocks.ts';
import { readTrace, type Trace } from './traceFile.ts';
import { parseTraceWindow, type TraceOptions } from './traceOptions.ts';

/** What prompts are made of. */
export type PrepareOptions = Pick<PromptOptions, 'prompt_text_source'> &
  LengthOptions &
  ShapeOptions &
  DatasetOptions &
  Pick<TraceOptions, 'trace' | 'trace_window'>;

export interface PreparedPrompts {
  readonly deck: TransferableDeck;
  /** Its `text` is what slices point into: the log keeps it. */
  readonly source: PromptSource;
  /** The means that are asked for: of options, or of what a file has. Tokens. */
  readonly means: { readonly promptLength: number; readonly maxNewTokens: number };
  readonly tables: ShapeTables;
  /** Digests of the tables, by the option that names their file. */
  readonly contents: Readonly<Record<string, string>>;
  /** What was found in a dataset and taken from it, in words. */
  readonly about?: string;
  readonly warnings: readonly string[];
}

/**
 * From the options of sweeps to their decks: reads the text, counts it, checks the counts; all of it once for sweeps that
 * have text, tokenizer and longest prompt in common.
 */
export function createPromptPreparer(): (
  options: PrepareOptions,
  tokenizer: Tokenizer,
  seed: number,
) => Promise<PreparedPrompts> {
  const sources = new Map<string, CreatedSource>();
  const pairs = new Map<string, LengthTable>();
  const traces = new Map<string, Trace>();
  const datasets = new Map<string, Promise<ReadDataset>>();
  const digests = new Map<string, Promise<string>>();

  function sourceOf(named: string | undefined, tokenizer: Tokenizer, longest: number): CreatedSource {
    return once(sources, JSON.stringify([tokenizer.name, named, longest]), () => {
      const read = readSourceText(named, longest);
      const { source, warnings } = createSource(read.text, tokenizer, longest);
      return { source, warnings: read.warning === undefined ? warnings : [read.warning, ...warnings] };
    });
  }

  function tablesOf({ length_pairs: path, trace, trace_window: window = '..' }: PrepareOptions): ShapeTables {
    if (trace !== undefined) {
      return { trace: once(traces, JSON.stringify([trace, window]), () => readTrace(trace, parseTraceWindow(window))) };
    }
    return path === undefined ? {} : { pairs: once(pairs, path, () => readLengthTable(path, 'length_pairs')) };
  }

  async function fromDataset(path: string, options: PrepareOptions, tokenizer: Tokenizer, seed: number) {
    const wanted = Object.keys(datasetOptions.shape).map((name) => options[name as keyof DatasetOptions]);
    const key = JSON.stringify([wanted, tokenizer.name, seed]);
    const digest = await once(digests, path, () => fileDigest(path));
    const { text, table, about, warnings } = await once(datasets, key, () =>
      readDataset(path, options, tokenizer, seed),
    );
    const tables: ShapeTables = { dataset: table };
    const source = wholeText(text);
    const { deck } = createPromptDeck(source, options, seed, tokenizer, tables);
    return {
      deck,
      source,
      means: meanLengths(options, tables),
      tables,
      contents: { dataset: digest },
      about,
      warnings,
    };
  }

  /** @throws SpeedometerError `usage` where the text, a dataset or a file of lengths cannot be used */
  return async (options, tokenizer, seed) => {
    if (options.dataset !== undefined) return fromDataset(options.dataset, options, tokenizer, seed);
    const tables = tablesOf(options);
    // Prompts of blocks need no text that is longer than a few of them.
    const most = tables.trace?.blocks === undefined ? Number.POSITIVE_INFINITY : 16 * blockTokens;
    const longest = Math.min(longestPromptTokens(options, tables), most);
    const { source, warnings } = sourceOf(options.prompt_text_source, tokenizer, longest);
    const made = createPromptDeck(source, options, seed, tokenizer, tables);
    const means = meanLengths(options, tables);
    const contents = contentsOf(tables);
    return { deck: made.deck, source, means, tables, contents, warnings: [...warnings, ...made.warnings] };
  };
}

/** A text that prompts are whole stretches of: nothing is cut from it by tokens. */
function wholeText(text: string): PromptSource {
  const [starts, tokensBefore, fillable] = [new Uint32Array(0), new Uint32Array(0), new Uint8Array(0)];
  return { text, starts, tokensBefore, pieces: [], fillable, dropsLeadingBlank: false, offsetTokens: 0, exact: true };
}

function contentsOf({ pairs, trace }: ShapeTables): Readonly<Record<string, string>> {
  if (trace !== undefined) {
    return { trace: fingerprint(trace.promptTokens, trace.outputTokens, trace.atMs, trace.blocks?.ids) };
  }
  return pairs === undefined ? {} : { length_pairs: fingerprint(pairs.promptTokens, pairs.outputTokens) };
}

function fingerprint(...columns: readonly (NodeJS.ArrayBufferView | undefined)[]): string {
  const hash = createHash('sha256');
  for (const column of columns) hash.update(column ?? 'absent');
  return hash.digest('hex');
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
