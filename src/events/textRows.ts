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

export function fromTextBlock(block: TextBlock): readonly ExchangeText[] {
  const texts: ExchangeText[] = [];
  let slice = 0;
  let at = 0;
  for (let row = 0; row < block.rows.length; row += columns) {
    const text = new UnpackedText(block, row, slice, at);
    texts.push(text);
    slice += text.slices.length;
    at += text.answer.length + (text.raw?.length ?? 0);
  }
  return texts;
}

/**
 * A class because V8 learns where objects are born that outlive a collection, as all texts of a batch may, and from then
 * on puts what an object literal there makes into the old generation: garbage that stays for minutes.
 */
class UnpackedText implements ExchangeText {
  readonly request: number;
  readonly level: number;
  readonly client: number;
  readonly warmup: boolean;
  readonly source: number;
  readonly slices: Uint32Array;
  readonly answer: string;
  declare readonly raw?: string;

  /** @param slice where its offsets begin in the block's, and `at` where its answer does in what is written */
  constructor({ rows, slices, written }: TextBlock, row: number, slice: number, at: number) {
    const answerEnd = at + (rows[row + 6] as number);
    const rawLength = rows[row + 7] as number;
    this.request = rows[row] as number;
    this.level = rows[row + 1] as number;
    this.client = rows[row + 2] as number;
    this.warmup = rows[row + 3] === 1;
    this.source = rows[row + 4] as number;
    this.slices = slices.subarray(slice, slice + (rows[row + 5] as number));
    this.answer = written.slice(at, answerEnd);
    if (rawLength !== absent) this.raw = written.slice(answerEnd, answerEnd + rawLength);
  }
}
