/** A value of Thrift's compact protocol, as far as Parquet's metadata needs it; a struct has its fields by their numbers. */
export type ThriftValue =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly structs: readonly ThriftStruct[] }
  | { readonly i32s: readonly number[] }
  | { readonly texts: readonly string[] }
  | ThriftStruct;

export interface ThriftStruct {
  readonly fields: Readonly<Record<number, ThriftValue | undefined>>;
}

const types = { i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const;

/** The bytes of a struct. Numbers of fields grow by at most 15. */
export function thriftBytes(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = [];
  addStruct(bytes, struct);
  return Uint8Array.from(bytes);
}

/** A number that is not negative, in groups of seven bits, the lowest first. */
export function addVarint(bytes: number[], value: number): void {
  let left = value;
  while (left > 127) {
    bytes.push((left % 128) | 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
}

function addStruct(bytes: number[], { fields }: ThriftStruct): void {
  let before = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    bytes.push(((Number(name) - before) << 4) | typeOf(value));
    before = Number(name);
    addValue(bytes, value);
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if ('i32' in value) return types.i32;
  if ('i64' in value) return types.i64;
  if ('text' in value) return types.text;
  return 'fields' in value ? types.struct : types.list;
}

function addValue(bytes: number[], value: ThriftValue): void {
  if ('i32' in value) addVarint(bytes, 2 * value.i32);
  else if ('i64' in value) addVarint(bytes, 2 * value.i64);
  else if ('text' in value) addText(bytes, value.text);
  else if ('fields' in value) addStruct(bytes, value);
  else if ('structs' in value) addList(bytes, types.struct, value.structs, addStruct);
  else if ('texts' in value) addList(bytes, types.text, value.texts, addText);
  else addList(bytes, types.i32, value.i32s, (into, one) => addVarint(into, 2 * one));
}

function addText(bytes: number[], text: string): void {
  const encoded = Buffer.from(text);
  addVarint(bytes, encoded.length);
  bytes.push(...encoded);
}

function addList<One>(
  bytes: number[],
  type: number,
  values: readonly One[],
  add: (bytes: number[], value: One) => void,
): void {
  if (values.length < 15) bytes.push((values.length << 4) | type);
  else {
    bytes.push(0xf0 | type);
    addVarint(bytes, values.length);
  }
  for (const value of values) add(bytes, value);
}
