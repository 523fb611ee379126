import type { Failure } from './client.ts';

/** The longest message that MII's servers and clients take; a longer one is no message of theirs. */
export const longestMessageBytes = 2 ** 27;

const headBytes = 5;
const noBytes = Buffer.alloc(0);

/** A message as gRPC sends it: one byte that says that it is not compressed, four of its length, and itself. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, headBytes);
  return frame;
}

/** Puts the messages of an answer together, wherever the network cut it. */
export class GrpcFrames {
  readonly #onMessage: (message: Buffer) => Failure | undefined;
  #tail: Buffer = noBytes;

  /** @param onMessage called with each message, within `push`; what it returns ends the reading */
  constructor(onMessage: (message: Buffer) => Failure | undefined) {
    this.#onMessage = onMessage;
  }

  /** Whether no message is begun and not ended. */
  get isWhole(): boolean {
    return this.#tail.length === 0;
  }

  /** @returns a failure where it is no frame that we asked for, or what `onMessage` made of a message */
  push(piece: Uint8Array): Failure | undefined {
    const bytes = this.isWhole ? bufferOf(piece) : Buffer.concat([this.#tail, piece]);
    let start = 0;
    while (bytes.length - start >= headBytes) {
      const length = bytes.readUInt32BE(start + 1);
      const failure = bytes[start] === 0 ? refuseLength(length) : compressed;
      if (failure !== undefined) return failure;
      const end = start + headBytes + length;
      if (end > bytes.length) break;
      const refused = this.#onMessage(bytes.subarray(start + headBytes, end));
      if (refused !== undefined) return refused;
      start = end;
    }
    this.#tail = bytes.subarray(start);
    return undefined;
  }
}

const compressed: Failure = {
  kind: 'protocol',
  reason: 'compressed',
  message: 'a gRPC message is compressed, or is none',
};

function refuseLength(length: number): Failure | undefined {
  if (length <= longestMessageBytes) return undefined;
  return { kind: 'protocol', reason: 'tooLong', message: `a gRPC message of ${length} bytes` };
}

function bufferOf(piece: Uint8Array): Buffer {
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}
