import type { Socket } from 'node:net';

const endOfHead = '\r\n\r\n';
const lengthHeader = /\r\ncontent-length: *(\d+)/i;
const letterP = 'P'.charCodeAt(0);

/**
 * Calls `onRequest` each time a whole request has come: a head, and as many bytes as it promises.
 * @param onRequest hears whether it is a POST; all others are questions of a client about its server
 */
export function readRequests(socket: Socket, onRequest: (isPost: boolean) => void): void {
  let pending: Buffer | undefined;
  // Long bodies come in many pieces: joined only once all are there.
  let more: Buffer[] = [];
  let missing = 0;
  socket.on('data', (piece: Buffer) => {
    if (pending !== undefined && piece.length < missing) {
      more.push(piece);
      missing -= piece.length;
      return;
    }
    let bytes = pending === undefined ? piece : Buffer.concat([pending, ...more, piece]);
    more = [];
    let end = requestEnd(bytes);
    for (; end !== undefined && end <= bytes.length; end = requestEnd(bytes)) {
      onRequest(bytes[0] === letterP);
      bytes = bytes.subarray(end);
    }
    pending = bytes.length === 0 ? undefined : bytes;
    missing = end === undefined ? 0 : end - bytes.length;
  });
}

/** Where the first request ends; `undefined` while its head is not whole. */
function requestEnd(bytes: Buffer): number | undefined {
  if (bytes.length === 0) return undefined;
  const headEnd = bytes.indexOf(endOfHead, 0, 'latin1');
  if (headEnd < 0) return undefined;
  const length = Number(lengthHeader.exec(bytes.toString('latin1', 0, headEnd))?.[1] ?? 0);
  return headEnd + endOfHead.length + length;
}
