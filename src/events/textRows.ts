import type { ExchangeText } from './texts.ts';

/** Texts as they are packed: numbers in rows, and everything written in one string, which costs one encoding for all. */
export interface TextBlock {
  /** A row for each text: request, level, client, warmup, source, count of slice offsets, length of answer and of raw. */
  readonly rows: Int32Array;
  readonly slices: Uint32Array;
  /** Answer and raw of each text, one after the other. */
  readonly written: string;
}

const columns = 8;
/** The length of a raw that is absent. */
const absent = -1;

export function toTextBlock(texts: readonly ExchangeText[]): TextBlock {
  const rows = new Int32Array(columns * texts.length);
  const slices = new Uint32Array(texts.reduce((count, text) => count + text.slices.length, 0));
  let written = '';
  let row = 0;
  let slice = 0;
  for (const text of texts) {
    rows[row] = text.request;
    rows[row + 1] = text.level;
    rows[row + 2] = text.client;
    rows[row + 3] = text.warmup ? 1 : 0;
    rows[row + 4] = text.source;
    rows[row + 5] = text.slices.length;
    rows[row + 6] = text.answer.length;
    rows[row + 7] = text.raw?.length ?? absent;
    row += columns;
    for (const offset of text.slices) slices[slice++] = offset;
    written += text.answer + (text.raw ?? '');
  }
  return { rows, slices, written };
}

export function fromTextBlock({ rows, slices, written }: TextBlock): readonly ExchangeText[] {
  const texts: ExchangeText[] = [];
  let slice = 0;
  let at = 0;
  for (let row = 0; row < rows.length; row += columns) {
    const sliceEnd = slice + (rows[row + 5] as number);
    const answerEnd = at + (rows[row + 6] as number);
    const rawLength = rows[row + 7] as number;
    const text = {
      request: rows[row] as number,
      level: rows[row + 1] as number,
      client: rows[row + 2] as number,
      warmup: rows[row + 3] === 1,
      source: rows[row + 4] as number,
      slices: slicesOf(slices, slice, sliceEnd),
      answer: written.slice(at, answerEnd),
    };
    texts.push(rawLength === absent ? text : { ...text, raw: written.slice(answerEnd, answerEnd + rawLength) });
    slice = sliceEnd;
    at = answerEnd + Math.max(0, rawLength);
  }
  return texts;
}

function slicesOf(offsets: Uint32Array, from: number, to: number): number[] {
  const slices: number[] = [];
  for (let index = from; index < to; index++) slices.push(offsets[index] as number);
  return slices;
}
