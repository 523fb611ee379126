/** Tokens of a block of a trace with hash ids; only the last of a prompt is shorter. */
export const blockTokens = 512;

/** Which blocks of text each prompt of a trace is made of, packed; travels to workers. */
export interface TraceBlocks {
  /** Of all rows, one after the other. */
  readonly ids: Uint32Array;
  /** Where the ids of each row end. */
  readonly ends: Uint32Array;
  /** Above every id. */
  readonly limit: number;
}

/** Packs the ids of rows. */
export function packBlocks(rows: readonly (readonly number[])[]): TraceBlocks {
  const ends = new Uint32Array(rows.length);
  let end = 0;
  rows.forEach((row, index) => {
    end += row.length;
    ends[index] = end;
  });
  const ids = new Uint32Array(end);
  let at = 0;
  for (const row of rows) for (const id of row) ids[at++] = id;
  return { ids, ends, limit: ids.reduce((most, id) => Math.max(most, id + 1), 1) };
}

/** The ids of a row. */
export function blocksOf({ ids, ends }: TraceBlocks, row: number): Uint32Array {
  return ids.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
}
