import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpAnswerReader } from '../../src/clients/httpAnswer.ts';
import { HttpSyntaxError } from '../../src/clients/httpHead.ts';

interface ReadAnswer {
  readonly status: number;
  readonly body: string;
  readonly whole: boolean;
  readonly keepsAlive: boolean;
  readonly keepAliveMs: number | undefined;
  /** Bytes behind the answer. */
  readonly rest: number;
}

/** Reads one answer from pieces, as an `HttpSocket` does. */
function read(pieces: readonly Buffer[], reader = new HttpAnswerReader()): ReadAnswer {
  let status = 0;
  const body: Buffer[] = [];
  reader.begin({
    onHead: (code) => {
      status = code;
    },
    onBody: (piece) => body.push(Buffer.from(piece)),
  });
  let rest = 0;
  for (const piece of pieces) {
    if (reader.isWhole) rest += piece.length;
    else rest += piece.length - reader.push(piece);
  }
  const { isWhole: whole, keepsAlive, keepAliveMs } = reader;
  return { status, body: Buffer.concat(body).toString('latin1'), whole, keepsAlive, keepAliveMs, rest };
}

/** `bytes` cut at the places that are given. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [...new Set(places.map((place) => place % bytes.length))].sort((one, other) => one - other);
  return [...at, bytes.length]
    .map((end, index) => bytes.subarray(at[index - 1] ?? 0, end))
    .filter(({ length }) => length);
}

const answers: readonly (readonly [string, string, Partial<ReadAnswer>])[] = [
  ['a counted body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', { body: 'hello', keepsAlive: true }],
  ['an empty body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', { body: '' }],
  [
    'a chunked body',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
    { body: 'hello' },
  ],
  [
    'chunk extensions, upper case and a trailer',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\nA;x="y"\r\n0123456789\r\n0\r\nExpires: never\r\nX-Y: z\r\n\r\n',
    { body: '0123456789' },
  ],
  [
    'chunked beside a length, which does not count',
    'HTTP/1.1 200 OK\r\ncontent-length: 99\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    { body: 'x' },
  ],
  [
    'interim heads before the final one',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    { body: 'x', status: 200 },
  ],
  ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\nx', { body: 'x' }],
  ['no body of 204, whatever its length says', 'HTTP/1.1 204 No\r\n\r\n', { status: 204, body: '' }],
  [
    'an end of the connection that is told',
    'HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 1\r\n\r\nx',
    { keepsAlive: false },
  ],
  ['HTTP/1.0, which closes', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx', { keepsAlive: false }],
  [
    'HTTP/1.0, kept alive',
    'HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 1\r\n\r\nx',
    { keepsAlive: true },
  ],
  [
    'a time for idle connections',
    'HTTP/1.1 200 OK\r\nkeep-alive: timeout=5, max=9\r\ncontent-length: 1\r\n\r\nx',
    { keepAliveMs: 5000 },
  ],
  ['a length that is said twice', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx', { body: 'x' }],
];

test.each(answers)('%s is read the same at every cut', (_, text, expected) => {
  const bytes = Buffer.from(text, 'latin1');
  const atOnce = read([bytes]);
  expect(atOnce).toMatchObject({ status: 200, whole: true, rest: 0, ...expected });
  for (let place = 1; place < bytes.length; place++) expect(read(cut(bytes, [place]))).toEqual(atOnce);
  expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(atOnce);
});

test('a body without length ends with its connection', () => {
  const reader = new HttpAnswerReader();
  const answer = read([Buffer.from('HTTP/1.1 200 OK\r\n\r\nhel'), Buffer.from('lo')], reader);
  expect(answer).toMatchObject({ body: 'hello', whole: false, keepsAlive: false });
  expect(reader.endsWithConnection).toBe(true);
});

test('bytes behind an answer are told apart from it', () => {
  expect(read([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhello')])).toMatchObject({
    body: 'he',
    rest: 3,
  });
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nHTTP/1.1';
  expect(read([Buffer.from(chunked)])).toMatchObject({ body: 'x', rest: 8 });
});

test('heads that are alike but for a byte, or longer than another, are each read by their own words', () => {
  const reader = new HttpAnswerReader();
  const head = (length: number, more = '') => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n${more}\r\n`;
  const long = `x-long: ${'y'.repeat(2000)}\r\n`;
  const sequence = [
    [head(3), 'one'],
    [head(3), 'two'],
    [head(5), 'three'],
    [head(3, 'connection: close\r\n'), 'six'],
    [head(4, long), 'four'],
    [head(4, long), 'five'],
    [head(3), 'two'],
  ];
  for (const [text = '', body = ''] of sequence) {
    expect(read([Buffer.from(text + body)], reader)).toMatchObject({ body, whole: true, rest: 0 });
    expect(reader.keepsAlive).toBe(!text.includes('close'));
  }
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9\r\n'],
  ['TLS', '\x15\x03\x03\x00\x02\x02\x28'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
  ['lines without CR', 'HTTP/1.1 200 OK\ncontent-length: 1\n\nx'],
  ['an endless head', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['a size that is no number', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['an endless size', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(2000)}`],
  ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nxx\r\n'],
])('%s is no answer', (_, text) => {
  expect(() => read([Buffer.from(text, 'latin1')])).toThrow(HttpSyntaxError);
});

const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });

test('any chunks, cut anywhere, give the body that was written; answers follow one another', () => {
  fc.assert(
    fc.property(
      fc.array(bodies, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (all, places) => {
        const reader = new HttpAnswerReader();
        for (const chunks of all) {
          const encoded = chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n']);
          const parts = ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', ...encoded, '0\r\n\r\n'];
          const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
          const { body, whole, rest } = read(cut(bytes, places), reader);
          expect({ body, whole, rest }).toEqual({
            body: Buffer.concat(chunks).toString('latin1'),
            whole: true,
            rest: 0,
          });
        }
      },
    ),
  );
});

test('whatever bytes come, they are an answer or refused', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom('', ...answers.map(([, text]) => text)),
      (noise, text) => {
        try {
          read([Buffer.concat([Buffer.from(text.slice(0, noise[0] ?? 0), 'latin1'), noise])]);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(HttpSyntaxError);
        }
      },
    ),
  );
});
