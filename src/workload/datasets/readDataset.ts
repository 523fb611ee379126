import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { messageOf, SpeedometerError } from '../../core/errors.ts';
import { randomStreams } from '../../core/random.ts';
import { type DatasetOptions, parseTokenRange } from '../datasetOptions.ts';
import { wrongLine } from '../tableRows.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { DatasetPool } from './datasetPool.ts';
import { createRowReader, type DatasetRow } from './datasetRow.ts';
import type { DatasetTable } from './datasetShapes.ts';
import { joinRows } from './joinRows.ts';
import { type History, MeasuredRow } from './measuredRow.ts';
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
  const { dataset_rows: most, dataset_sampling: sampling, history } = options;
  const pool = new DatasetPool<MeasuredRow>(most, mostCharacters);
  const readRow = createRowReader(path, option);
  const keys = randomStreams(seed, 'dataset row');
  let [rows, withoutPrompt, partial, misfits, firstOnly, unanswered] = [0, 0, 0, 0, 0, 0];
  for await (const row of datasetFormat(path, options.dataset_format).rows(path, option)) {
    const key = sampling === 'in_order' ? rows : keys(rows)();
    if (sampling === 'in_order' && !pool.wants(key)) break;
    rows++;
    const found = readRow(row);
    if (found === undefined) {
      withoutPrompt++;
      continue;
    }
    if (found.isPartial) partial++;
    const sent = turnsSent(found, options);
    if (sent < found.turns.length) {
      if (options.turns === 'first') firstOnly++;
      else unanswered++;
    }
    if (!pool.wants(key)) continue;
    const measured = new MeasuredRow({ ...found, turns: found.turns.slice(0, sent) }, history, tokenizer);
    if (fits(measured, options)) pool.add(key, measured);
    else misfits++;
  }
  const taken = pool.rows();
  if (taken.length === 0) {
    const none = misfits === 0 ? 'none of a user' : 'none of the lengths that are asked for';
    throw wrongLine(option, path, Math.max(1, rows), `expected rows with prompts, got ${none} among ${rows}`);
  }
  const of = `of ${rows} rows of ${path} have`;
  const warnings = [
    ...(withoutPrompt === 0 ? [] : [`${withoutPrompt} ${of} no words of a user: left out`]),
    ...(partial === 0
      ? []
      : [`${partial} ${of} messages of tools or unknown roles, or parts without text: those are left out`]),
    ...(firstOnly === 0 ? [] : [`${firstOnly} ${of} several turns: only the first of each is sent`]),
    ...(unanswered === 0 ? [] : [`${unanswered} ${of} turns without a recorded answer: each is sent up to there`]),
    ...(pool.isCut ? [`of ${path} only ${taken.length} rows are used: the texts of more would fill memory`] : []),
  ];
  const drawn = `${taken.length} of ${rows} rows of ${path}${sampling === 'in_order' ? ', the first ones' : ', drawn by the seed'}`;
  const joined = joinRows(taken, history, sampling === 'with_replacement');
  return { ...joined, about: drawn + turnWords(taken, history), warnings };
}

/** How many turns of a row are sent: with recorded answers in the history, up to the first one that has none. */
function turnsSent({ turns }: DatasetRow, { turns: which, history }: DatasetOptions): number {
  if (which === 'first') return 1;
  const unanswered = history === 'recorded' ? turns.findIndex(({ answer }) => answer === undefined) : -1;
  return unanswered === -1 ? turns.length : unanswered + 1;
}

/** Whether every turn of a row has the lengths that are asked for; counts nothing else. */
function fits(row: MeasuredRow, options: DatasetOptions): boolean {
  const { dataset_prompt_tokens: prompts, dataset_output_tokens: outputs } = options;
  let earlierTokens = 0;
  return row.turns.every((_, turn) => {
    if (prompts !== undefined) {
      if (turn > 0) earlierTokens += row.answerTokens(turn - 1);
      earlierTokens += row.promptTokens(turn);
      if (!isWithin(earlierTokens, prompts)) return false;
    }
    return outputs === undefined || isWithin(row.outputTokens(turn), outputs);
  });
}

function isWithin(tokens: number, range: string): boolean {
  const { from, to } = parseTokenRange(range);
  return tokens >= Math.max(1, from) && tokens <= to;
}

function turnWords(rows: readonly MeasuredRow[], history: History): string {
  const turns = rows.map((row) => row.turns.length);
  const most = turns.reduce((longest, count) => Math.max(longest, count), 1);
  if (most === 1) return '';
  const mean = turns.reduce((sum, count) => sum + count, 0) / rows.length;
  return `; conversations of up to ${most} turns (${mean.toFixed(1)} on average) with the ${history} answers in their history`;
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
