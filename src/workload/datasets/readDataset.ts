import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { messageOf, SpeedometerError } from '../../core/errors.ts';
import { randomStreams } from '../../core/random.ts';
import { type DatasetOptions, parseTokenRange } from '../datasetOptions.ts';
import { wrongLine } from '../tableRows.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { DatasetPool } from './datasetPool.ts';
import { createRowReader, type DatasetPrompt } from './datasetRow.ts';
import type { DatasetTable } from './datasetShapes.ts';
import { datasetFormat } from './registry.ts';

/** All texts together, in UTF-16 units: every worker has them, and the log. */
const mostCharacters = 64 * 1024 * 1024;
const option = 'dataset';

/** A dataset as far as a run needs it. */
export interface ReadDataset {
  /** The texts of all rows, one behind the other. */
  readonly text: string;
  readonly table: DatasetTable;
  /** What was found and taken, in words. */
  readonly about: string;
  readonly warnings: readonly string[];
}

/** A row with its lengths, as far as they are known; tokens. */
interface MeasuredRow extends DatasetPrompt {
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/**
 * Reads a dataset and draws rows of it by the seed: all that fit are equally likely to be among them.
 * @throws SpeedometerError `usage` where the file cannot be read or nothing in it fits, with the line of what is wrong
 */
export async function readDataset(
  path: string,
  options: DatasetOptions,
  tokenizer: Tokenizer,
  seed: number,
): Promise<ReadDataset> {
  const { dataset_rows: most, dataset_sampling: sampling } = options;
  const pool = new DatasetPool<MeasuredRow>(most, mostCharacters);
  const readRow = createRowReader(path, option);
  const measure = createMeasure(options, tokenizer);
  const keys = randomStreams(seed, 'dataset row');
  let [rows, withoutPrompt, misfits, severalTurns] = [0, 0, 0, 0];
  for await (const row of datasetFormat(path, options.dataset_format).rows(path, option)) {
    const key = sampling === 'in_order' ? rows : keys(rows)();
    if (sampling === 'in_order' && !pool.wants(key)) break;
    rows++;
    const found = readRow(row);
    if (found === undefined) withoutPrompt++;
    else if (pool.wants(key)) {
      const measured = measure(found);
      if (measured === undefined) misfits++;
      else pool.add(key, measured);
    }
    if (found !== undefined && found.laterTurns > 0) severalTurns++;
  }
  const taken = pool.rows();
  if (taken.length === 0) {
    const none = misfits === 0 ? 'none of a user' : 'none of the lengths that are asked for';
    throw wrongLine(option, path, Math.max(1, rows), `expected rows with prompts, got ${none} among ${rows}`);
  }
  const warnings = [
    ...(withoutPrompt === 0 ? [] : [`${withoutPrompt} of ${rows} rows of ${path} have no words of a user: left out`]),
    ...(severalTurns === 0
      ? []
      : [`${severalTurns} of ${rows} rows of ${path} have several turns: only the first of each is sent`]),
    ...(pool.isCut ? [`of ${path} only ${taken.length} rows are used: the texts of more would fill memory`] : []),
  ];
  const about = `${taken.length} of ${rows} rows of ${path}${sampling === 'in_order' ? ', the first ones' : ', drawn by the seed'}`;
  return { ...joined(taken, tokenizer, sampling === 'with_replacement'), about, warnings };
}

/** Counts what filters ask for, and nothing else: counting is dear. Gives nothing where a row does not fit. */
function createMeasure(options: DatasetOptions, tokenizer: Tokenizer) {
  const { dataset_prompt_tokens: prompts, dataset_output_tokens: outputs } = options;
  return (row: DatasetPrompt): MeasuredRow | undefined => {
    const promptTokens = prompts === undefined ? undefined : tokenizer.count(row.prompt);
    if (promptTokens !== undefined && !isWithin(promptTokens, prompts)) return undefined;
    const outputTokens = outputs === undefined ? undefined : outputTokensOf(row, tokenizer);
    if (outputs !== undefined && !isWithin(outputTokens ?? 0, outputs)) return undefined;
    return { ...row, promptTokens, outputTokens };
  };
}

function isWithin(tokens: number, range = '..'): boolean {
  const { from, to } = parseTokenRange(range);
  return tokens >= Math.max(1, from) && tokens <= to;
}

function outputTokensOf({ maxTokens, answer }: DatasetPrompt, tokenizer: Tokenizer): number | undefined {
  return maxTokens ?? (answer === undefined ? undefined : Math.max(1, tokenizer.count(answer)));
}

function joined(
  rows: readonly MeasuredRow[],
  tokenizer: Tokenizer,
  isReplaced: boolean,
): Pick<ReadDataset, 'text' | 'table'> {
  const starts = new Uint32Array(rows.length + 1);
  for (const [index, { prompt }] of rows.entries()) starts[index + 1] = (starts[index] ?? 0) + prompt.length;
  const promptTokens = Uint32Array.from(rows, (row) => Math.max(1, row.promptTokens ?? tokenizer.count(row.prompt)));
  const outputTokens = Uint32Array.from(rows, (row) => row.outputTokens ?? outputTokensOf(row, tokenizer) ?? 0);
  const outputs = outputTokens.some((tokens) => tokens > 0) ? { outputTokens } : {};
  return {
    text: rows.map(({ prompt }) => prompt).join(''),
    table: { starts, promptTokens, ...outputs, isReplaced },
  };
}

/** SHA-256 of a file. @throws SpeedometerError `usage` where it cannot be read */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new SpeedometerError('usage', `${option}: the file ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return hash.digest('hex');
}
