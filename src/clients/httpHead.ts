export const headEnd = Buffer.from('\r\n\r\n');
const bareHeadEnd = Buffer.from('\n\n');
const longestHead = 64 * 1024;
const longestKept = 1024;

/** An answer that is no HTTP/1.1; its message is the first words that came. */
export class HttpSyntaxError extends Error {}

/** A final head. */
export interface AnswerHead {
  readonly status: number;
  /** Its lines, with CRLF between them. */
  readonly text: string;
  readonly fields: Readonly<HeadFields>;
}

/** The last head of a connection: a server's heads are often alike byte for byte, and comparing is quicker than reading. */
export class LastHead {
  #head: AnswerHead | undefined;
  #bytes: Buffer | undefined;
  /** With the empty line behind it. */
  length = 0;

  /** @returns it, where these bytes begin with it */
  beginning(bytes: Buffer): AnswerHead | undefined {
    if (this.#head === undefined || this.#bytes === undefined || bytes.length < this.length) return undefined;
    return bytes.compare(this.#bytes, 0, this.length, 0, this.length) === 0 ? this.#head : undefined;
  }

  keep(head: AnswerHead, bytes: Buffer, from: number, end: number): void {
    this.#head = end - from > longestKept ? undefined : head;
    if (this.#head === undefined) return;
    this.#bytes ??= Buffer.allocUnsafeSlow(longestKept);
    this.length = bytes.copy(this.#bytes, 0, from, end);
  }
}

/**
 * @returns nothing of an interim head (1xx)
 * @throws HttpSyntaxError where it is none, or that of a protocol which nobody asked for
 */
export function readHead(text: string): AnswerHead | undefined {
  const status = Number(text.slice(9, 12));
  if (!(status >= 100 && status <= 599) || status === 101) throw new HttpSyntaxError(firstLine(text));
  return status < 200 ? undefined : { status, text, fields: readFields(text) };
}

/** What a head says of the body and of the connection. */
export interface HeadFields {
  isChunked: boolean;
  /** A transfer coding is named, chunked or other. */
  isEncoded: boolean;
  length?: number;
  keepsAlive: boolean;
  keepAliveMs?: number;
}

/** Looks at the four fields that matter, by the length of their names: a head is read for every answer. */
function readFields(head: string): HeadFields {
  const fields: HeadFields = { isChunked: false, isEncoded: false, keepsAlive: head.charAt(7) !== '0' };
  for (let at = head.indexOf('\r\n') + 2; at > 1; ) {
    const next = head.indexOf('\r\n', at);
    const colon = head.indexOf(':', at) - at;
    if (colon === 10 || colon === 14 || colon === 17) {
      const end = next === -1 ? head.length : next;
      readField(fields, head.slice(at, at + colon).toLowerCase(), head.slice(at + colon + 1, end).trim());
    }
    at = next + 2;
  }
  return fields;
}

function readField(fields: HeadFields, name: string, value: string): void {
  if (name === 'content-length') {
    const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    if (length === undefined || (fields.length ?? length) !== length) {
      throw new HttpSyntaxError(`content-length: ${value}`);
    }
    fields.length = length;
  } else if (name === 'transfer-encoding') {
    fields.isEncoded = true;
    fields.isChunked = /(^|,)\s*chunked$/i.test(value);
  } else if (name === 'connection') {
    if (/\bclose\b/i.test(value)) fields.keepsAlive = false;
    else if (/\bkeep-alive\b/i.test(value)) fields.keepsAlive = true;
  } else if (name === 'keep-alive') {
    const seconds = /\btimeout=(\d+)/i.exec(value)?.[1];
    if (seconds !== undefined) fields.keepAliveMs = Number(seconds) * 1000;
  }
}

/** Tells at once what will never be a head, so that nobody waits for its end. */
export function refuseOther(bytes: Buffer, from: number, end: number): void {
  const start = bytes.toString('latin1', from, from + 8);
  const isHttp = 'HTTP/1.1'.startsWith(start) || 'HTTP/1.0'.startsWith(start);
  const isEndless = end === -1 && (bytes.length - from > longestHead || bytes.indexOf(bareHeadEnd, from) !== -1);
  if (!isHttp || isEndless || (end !== -1 && end - from < 12)) {
    throw new HttpSyntaxError(firstLine(bytes.toString('latin1', from, from + 200)));
  }
}

function firstLine(head: string): string {
  const line = (head.split(/\r?\n/, 1)[0] ?? '').slice(0, 100);
  return `the answer does not begin as HTTP/1.1 does: ${JSON.stringify(line)}`;
}
