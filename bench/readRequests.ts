import type { Socket } from 'node:net';

const endOfHead = '\r\n\r\n';
const lengthHeader = /\r\ncontent-length: *(\d+)/i;

/** Calls `onRequest` each time a whole request has come: a head, and as many bytes as it promises. */
export function readRequests(socket: Socket, onRequest: () => void): void {
  let pending: Buffer | undefined;
  socket.on('data', (piece: Buffer) => {
    let bytes = pending === undefined ? piece : Buffer.concat([pending, piece]);
    for (let end = requestEnd(bytes); end !== undefined; end = requestEnd(bytes)) {
      bytes = bytes.subarray(end);
      onRequest();
    }
    pending = bytes.length === 0 ? undefined : bytes;
  });
}

/** Where the first request ends; `undefined` while it is not whole. */
function requestEnd(bytes: Buffer): number | undefined {
  if (bytes.length === 0) return undefined;
  const headEnd = bytes.indexOf(endOfHead, 0, 'latin1');
  if (headEnd < 0) return undefined;
  const length = Number(lengthHeader.exec(bytes.toString('latin1', 0, headEnd))?.[1] ?? 0);
  const end = headEnd + endOfHead.length + length;
  return end <= bytes.length ? end : undefined;
}
