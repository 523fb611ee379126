import { expect, test } from 'vitest';
import { GenerateReader } from '../../src/clients/generateReader.ts';
import { readAnswer } from './answers.ts';

const prompt = 'Grüße "x"';
const lineOf = (output: string) => JSON.stringify({ text: [prompt + output] });

function readStream(body: string | Uint8Array, streaming = true) {
  return readAnswer([Buffer.from(body)], (answer) => new GenerateReader(prompt, streaming, answer));
}

test.each([
  ['\0', 'old versions'],
  ['\n', 'newer ones'],
])('a stream parted by %j, as in %s, gives what each line adds', (separator) => {
  const lines = [' a', ' aé', ' aé', ' aé\n\0b'].map(lineOf);
  const answer = readAnswer(
    lines.map((line) => Buffer.from(line + separator)),
    (record) => new GenerateReader(prompt, true, record),
  );
  expect(answer.failure).toBeUndefined();
  expect(answer.outputs).toEqual([
    { atMs: 1, text: ' a' },
    { atMs: 2, text: 'é' },
    { atMs: 3, text: '' },
    { atMs: 4, text: '\n\0b' },
  ]);
});

test('a stream is read the same at every split of its bytes', () => {
  const body = Buffer.from([' a', ' aé', ' aé😀'].map((output) => `${lineOf(output)}\0`).join(''));
  const whole = readStream(body);
  expect(whole.text).toBe(' aé😀');
  for (let cut = 1; cut < body.length; cut++) {
    const split = readAnswer(
      [body.subarray(0, cut), body.subarray(cut)],
      (answer) => new GenerateReader(prompt, true, answer),
    );
    expect(split).toMatchObject({ text: whole.text });
    expect(split.outputs.map(({ text }) => text)).toEqual(whole.outputs.map(({ text }) => text));
  }
});

test('an answer in one piece loses the prompt, and needs no line end', () => {
  expect(readStream(lineOf(' done'), false)).toMatchObject({ text: ' done', raw: lineOf(' done'), outputs: [] });
});

test('a server that does not repeat the prompt is taken at its word', () => {
  expect(readStream(`${JSON.stringify({ text: ' a' })}\n${JSON.stringify({ text: ' ab' })}\n`).text).toBe(' ab');
});

test.each([
  ['nothing', '', 'stream', 'emptyBody'],
  ['half a line at the end', `${lineOf(' a')}\n{"text":["Gr`, 'stream', 'truncated'],
  ['a line that is no JSON', 'Internal error\n', 'protocol', 'notJson'],
  ['a line without text', '{"id":1}\n', 'protocol', 'noText'],
  ['an error in a line', '{"error":"out of memory"}\n', 'stream', 'errorEvent'],
  ['a text that was taken back', `${lineOf(' ab')}\n${lineOf(' a')}\n`, 'protocol', 'notCumulative'],
])('%s is a failure', (_, body, kind, reason) => {
  expect(readStream(body).failure).toMatchObject({ kind, reason });
});
