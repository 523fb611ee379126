import { addVarint } from './thriftWriter.ts';

/** The runs of Parquet's RLE and bit-packing hybrid, as far as whole columns need them. */

/** The same value over and over; below 256. */
function constantRun(value: number, count: number): Uint8Array {
  const bytes: number[] = [];
  addVarint(bytes, 2 * count);
  bytes.push(value);
  return Uint8Array.from(bytes);
}

/** Values of a width in bits, packed by eight. */
function packedRun(count: number, widthBits: number, packed: Uint8Array): Uint8Array {
  const groups = Math.ceil(count / 8);
  const head: number[] = [];
  addVarint(head, 2 * groups + 1);
  const bytes = new Uint8Array(head.length + groups * widthBits);
  bytes.set(head);
  bytes.set(packed, head.length);
  return bytes;
}

/** Truths as bits, the first one lowest. */
export function bitsOf(count: number, isSet: (index: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(count / 8));
  for (let index = 0; index < count; index++) {
    if (isSet(index)) bytes[index >> 3] = (bytes[index >> 3] as number) | (1 << (index & 7));
  }
  return bytes;
}

/** Which rows have a value: definition levels 0 and 1. */
export function presenceRun(cells: readonly unknown[], absent: number): Uint8Array {
  if (absent === 0) return constantRun(1, cells.length);
  if (absent === cells.length) return constantRun(0, cells.length);
  return packedRun(
    cells.length,
    1,
    bitsOf(cells.length, (index) => cells[index] !== undefined),
  );
}

/** Indices into a dictionary, their width before them: one byte or two, which need no shifting. */
export function indexRun(indices: Uint16Array, dictionarySize: number): Uint8Array {
  if (dictionarySize === 1) return Uint8Array.of(8, ...constantRun(0, indices.length));
  const isNarrow = dictionarySize <= 256;
  const packed = isNarrow ? Uint8Array.from(indices) : new Uint8Array(indices.buffer, 0, indices.byteLength);
  const width = isNarrow ? 8 : 16;
  return Buffer.concat([Uint8Array.of(width), packedRun(indices.length, width, packed)]);
}
