/** A field of a protobuf message: a number for integers, bytes for everything of a given length. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Buffer;
}

/** Wire types: https://protobuf.dev/programming-guides/encoding/#structure */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field with bytes, which may be a text, or a message of its own. */
export function bytesField(number: number, bytes: Uint8Array | string): Buffer {
  const value = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return Buffer.concat([keyOf(number, wireTypes.bytes), varint(value.length), value]);
}

/** A field with a non-negative integer, or a boolean as 0 and 1. */
export function varintField(number: number, value: number): Buffer {
  return Buffer.concat([keyOf(number, wireTypes.varint), varint(value)]);
}

/** A field with a number of 32 bits, as which 0.9 arrives as 0.8999999762. */
export function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([keyOf(number, wireTypes.fixed32), bytes]);
}

function keyOf(number: number, wireType: number): Buffer {
  return varint(number * 8 + wireType);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/**
 * Reads the fields of a message in the order in which they stand.
 * @throws RangeError where it is no protobuf message
 */
export function* protobufFields(message: Buffer): Generator<ProtobufField> {
  const cursor = new Cursor(message);
  while (!cursor.isAtEnd) {
    const key = cursor.varint();
    yield { number: Math.floor(key / 8), value: cursor.value(key % 8) };
  }
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Exact up to 2^53: what we read are counts. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a protobuf message ends within a number');
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
  }

  value(wireType: number): number | Buffer {
    if (wireType === wireTypes.varint) return this.varint();
    if (wireType === wireTypes.bytes) return this.#take(this.varint());
    if (wireType === wireTypes.fixed32) return this.#take(4);
    if (wireType === wireTypes.fixed64) return this.#take(8);
    throw new RangeError(`no protobuf message: wire type ${wireType}`);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a protobuf message ends within a field');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
