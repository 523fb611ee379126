import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AnthropicGrammar } from '../../src/clients/anthropic.ts';
import type { AnswerRecord, ResponseReader } from '../../src/clients/client.ts';
import { serverWords } from '../../src/clients/httpFailure.ts';
import { LlamacppGrammar } from '../../src/clients/llamacpp.ts';
import { MessagesReader } from '../../src/clients/messagesReader.ts';
import { OpenaiReader } from '../../src/clients/openaiReader.ts';
import { ResponsesReader } from '../../src/clients/responsesReader.ts';
import { type ReadAnswer, readAnswer } from './answers.ts';

// What real servers sent, byte by byte; they lie beside the project and not in it.
const recordings = new URL('../../../shared/servers/recordings/', import.meta.url);
const there = existsSync(recordings);

interface Recording {
  readonly name: string;
  readonly body: Buffer;
  readonly meta: {
    readonly request: { readonly path: string };
    readonly status: string;
    readonly chunks_ms_bytes: readonly (readonly [atMs: number, bytes: number])[];
  };
}

function recorded(): readonly Recording[] {
  const folders = there ? readdirSync(recordings, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  return folders.flatMap(({ name: folder }) =>
    readdirSync(new URL(`${folder}/`, recordings))
      .filter((file) => file.endsWith('.body'))
      .map((file) => {
        const name = `${folder}/${file.replace('.body', '')}`;
        const read = (end: string) => readFileSync(new URL(`${name}.${end}`, recordings));
        return { name, body: read('body'), meta: JSON.parse(read('meta.json').toString()) as Recording['meta'] };
      }),
  );
}

const readers: Readonly<Record<string, (answer: AnswerRecord) => ResponseReader<Uint8Array>>> = {
  '/v1/completions': (answer) => new OpenaiReader(answer),
  '/v1/chat/completions': (answer) => new OpenaiReader(answer),
  '/v1/responses': (answer) => new ResponsesReader(answer),
  '/v1/messages': (answer) => new MessagesReader(answer, new AnthropicGrammar()),
  '/completion': (answer) => new MessagesReader(answer, new LlamacppGrammar()),
};
const all = recorded();
const answers = all.filter(({ meta }) => meta.status.includes(' 200 ') && meta.request.path in readers);

function readerOf({ meta }: Recording) {
  return readers[meta.request.path];
}

/** All that must not depend on how the bytes were cut. */
function readingOf({ outputs, outputTokens, promptTokens, finish, failure }: ReadAnswer): string {
  const pieces = outputs.map(({ text, tokens }) => [text, tokens]);
  return JSON.stringify([pieces, outputTokens, promptTokens, finish, failure]);
}

/** The text by other means than the reader's: whatever stands in the fields that hold output. */
function textOf(body: string): string {
  const objects = body.startsWith('{')
    ? [body]
    : body.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice(6)] : []));
  const isStream = !body.startsWith('{');
  return objects
    .map((json) => {
      const { choices, type, delta, content } = JSON.parse(json);
      if (typeof content === 'string') return content;
      if (type === 'content_block_delta') return delta.text;
      if (type !== undefined) return type === 'response.output_text.delta' ? delta : '';
      const all: { text?: string; delta?: { content?: string }; message?: { content?: string } }[] = choices;
      return (isStream ? all : all.slice(0, 1))
        .map((choice) => choice.text ?? choice.delta?.content ?? choice.message?.content ?? '')
        .join('');
    })
    .join('');
}

test.skipIf(!there)('there are recordings of every route that is read', () => {
  expect(new Set(answers.map(({ meta }) => meta.request.path))).toEqual(new Set(Object.keys(readers)));
});

test.skipIf(!there).each(answers.map((recording) => [recording.name, recording] as const))(
  'the recording %s is read into its text and tokens, the same at every split of its bytes',
  (_, recording) => {
    const { body } = recording;
    const whole = readAnswer([body], readerOf(recording));
    expect(whole.failure).toBeUndefined();
    expect(whole.text).toBe(textOf(body.toString('utf8')));
    const usages = [
      ...body.toString('utf8').matchAll(/"(?:completion_tokens|output_tokens|tokens_predicted)":\s*(\d+)/g),
    ];
    const told = usages.at(-1)?.[1];
    expect(whole.outputTokens).toBe(told === undefined ? undefined : Number(told));
    const reading = readingOf(whole);
    const differing: number[] = [];
    for (let cut = 1; cut < body.length; cut++) {
      const split = readAnswer([body.subarray(0, cut), body.subarray(cut)], readerOf(recording));
      if (readingOf(split) !== reading) differing.push(cut);
    }
    expect(differing).toEqual([]);
  },
);

test.skipIf(!there).each(answers.map((recording) => [recording.name, recording] as const))(
  'outputs of the recording %s are stamped with the pieces that brought their ends',
  (_, recording) => {
    const { body, meta } = recording;
    const pieces: Buffer[] = [];
    let at = 0;
    for (const [, bytes] of meta.chunks_ms_bytes) {
      pieces.push(body.subarray(at, at + bytes));
      at += bytes;
    }
    expect(at).toBe(body.length);
    const answer = readAnswer(pieces, readerOf(recording));
    for (const { atMs, text } of answer.outputs) {
      const arrived = Buffer.concat(pieces.slice(0, atMs)).toString('utf8');
      const before = Buffer.concat(pieces.slice(0, atMs - 1)).toString('utf8');
      const upTo = answer.outputs
        .filter((output) => output.atMs <= atMs)
        .map((output) => output.text)
        .join('');
      if (text === '') continue;
      expect(textOf(wholeEvents(arrived))).toBe(upTo);
      expect(textOf(wholeEvents(before)).length).toBeLessThan(upTo.length);
    }
  },
);

function wholeEvents(text: string): string {
  return text.slice(0, text.lastIndexOf('\n\n') + 2);
}

const refusals = all.filter(({ meta }) => / 4\d\d /.test(meta.status));

test.skipIf(!there).each(refusals.map(({ name, body }) => [name, body.toString('utf8')]))(
  'the refusal %s is given in the words of the server',
  (_, body) => {
    const { error, detail } = JSON.parse(body ?? '');
    expect(serverWords(body ?? '')).toBe(error?.message ?? detail);
  },
);
