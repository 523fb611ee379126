import type { ColumnType } from './column.ts';
import { bitsOf } from './parquetRuns.ts';

/** A value of a Parquet column. */
export type ParquetValue = string | number | boolean;

/** Values in Parquet's PLAIN encoding; numbers lie as this machine has them, which is little-endian wherever Node.js runs. */
export function plainBytes(type: ColumnType, values: readonly ParquetValue[]): Uint8Array {
  switch (type) {
    case 'number':
      return new Uint8Array(Float64Array.from(values as readonly number[]).buffer);
    case 'integer':
      return integerBytes(values as readonly number[]);
    case 'boolean':
      return bitsOf(values.length, (index) => values[index] === true);
    case 'text':
    case 'json':
      return textBytes(values as readonly string[]);
  }
}

/** INT64 in halves: numbers need no BigInt, which costs an object each. */
function integerBytes(values: readonly number[]): Uint8Array {
  const halves = new Int32Array(2 * values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    halves[2 * index] = value; // modulo 2^32, as typed arrays take it
    halves[2 * index + 1] = Math.floor(value / 2 ** 32);
  }
  return new Uint8Array(halves.buffer);
}

function textBytes(texts: readonly string[]): Uint8Array {
  const bytes = Buffer.alloc(texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0));
  let at = 0;
  for (const text of texts) {
    const length = bytes.write(text, at + 4);
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes;
}

/** Each value once, and for every value its place among them. */
export interface Dictionary {
  readonly values: readonly ParquetValue[];
  readonly indices: Uint16Array;
}

/** A dictionary whose values occur less often than that on average saves nothing. */
const leastRepeats = 4;

/** @returns `undefined` where values hardly ever repeat */
export function dictionaryOf(values: readonly ParquetValue[]): Dictionary | undefined {
  const most = Math.min(2 ** 16, Math.floor(values.length / leastRepeats));
  const places = new Map<ParquetValue, number>();
  const indices = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as ParquetValue;
    let place = places.get(value);
    if (place === undefined) {
      if (places.size >= most) return undefined;
      place = places.size;
      places.set(value, place);
    }
    indices[index] = place;
  }
  return places.size === 0 ? undefined : { values: [...places.keys()], indices };
}
