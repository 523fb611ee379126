import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FastgenReader } from '../../src/clients/fastgenReader.ts';
import { grpcFrame } from '../../src/clients/grpcFrames.ts';
import { readAnswer } from './answers.ts';
import { replyFrame } from './imitatedMii.ts';

const read = (pieces: readonly Uint8Array[], streaming = true) =>
  readAnswer(pieces, (answer) => new FastgenReader(streaming, answer));

const stream = [
  replyFrame('Hel', 'none', 5, 1),
  replyFrame('', 'none', 5, 2), // a character is not complete
  replyFrame('lo é', 'none', 5, 3),
  replyFrame('', 'length', 5, 3),
];

test('a stream is a token a message, also without text, and a last message that is none', () => {
  expect(read(stream)).toMatchObject({
    text: 'Hello é',
    outputs: [
      { atMs: 1, text: 'Hel', tokens: 1 },
      { atMs: 2, text: '', tokens: 1 },
      { atMs: 3, text: 'lo é', tokens: 1 },
    ],
    outputTokens: 3,
    promptTokens: 5,
    source: 'usage',
    finish: 'length',
  });
});

test('a stream says the same wherever the network cuts it', () => {
  const bytes = Buffer.concat(stream);
  const said = ({ text, outputTokens, finish, failure }: ReturnType<typeof read>) => [
    text,
    outputTokens,
    finish,
    failure,
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(said(read(pieces))).toEqual(said(read(stream)));
    }),
  );
});

test('a sequence that the server starts anew in mid-answer is counted to its end, with its own prompt', () => {
  const restarted = [
    replyFrame('a', 'none', 5, 1),
    replyFrame('b', 'none', 5, 2),
    replyFrame('c', 'none', 7, 1), // the prompt is now the old one and both tokens
    replyFrame('d', 'none', 7, 2),
    replyFrame('', 'length', 7, 2),
  ];
  expect(read(restarted)).toMatchObject({ text: 'abcd', outputTokens: 4, promptTokens: 5 });
});

test('an answer in one piece is said as a whole, with the counts of the server', () => {
  const answer = read([replyFrame('Hello', 'stop', 5, 2)], false);
  expect(answer).toMatchObject({ text: 'Hello', outputs: [], outputTokens: 2, promptTokens: 5, finish: 'stop' });
  expect(JSON.parse(answer.raw ?? '')).toMatchObject({ response: 'Hello', generated_tokens: 2 });
});

test.each([
  ['without a finish reason', stream.slice(0, 3), 'stream', 'truncated'],
  ['within a message', [...stream.slice(0, 3), replyFrame('', 'length', 5, 3).subarray(0, 8)], 'stream', 'truncated'],
  ['without any message', [], 'stream', 'truncated'],
  ['with a compressed message', [Buffer.from([1, 0, 0, 0, 0])], 'protocol', 'compressed'],
  ['with a message beyond the limit', [Buffer.from([0, 0x10, 0, 0, 0])], 'protocol', 'tooLong'],
  ['with a reply that holds nothing', [grpcFrame(Buffer.alloc(0))], 'protocol', 'noText'],
] as const)('an answer %s is a failure', (_, pieces, kind, reason) => {
  expect(read(pieces).failure).toMatchObject({ kind, reason });
});
