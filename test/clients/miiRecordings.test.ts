import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FastgenReader } from '../../src/clients/fastgenReader.ts';
import { grpcFrame } from '../../src/clients/grpcFrames.ts';
import { grpcFailure } from '../../src/clients/grpcStatus.ts';
import { readAnswer } from './answers.ts';

// What MII's own servers sent; it lies beside the project and not in it.
const recordings = new URL('../../../shared/servers/recordings/mii-0.3.3/', import.meta.url);
const there = existsSync(recordings);

interface Recording {
  readonly name: string;
  readonly isStreamed: boolean;
  readonly messages: readonly Buffer[];
  /** What the recorder's own protobuf found in them: of several prompts the first. */
  readonly text: string;
  readonly tokens: number;
  readonly finish: string | undefined;
  readonly status: string;
  readonly details: string;
}

function recorded(file: string): Recording {
  const text = readFileSync(new URL(file, recordings), 'utf8');
  const messages = [...text.matchAll(/^# message at \S+ ms, base64 (\S+)\nresponse \{\n([^}]*)\}/gm)];
  const fields = messages.map(([, , printed = '']) => Object.fromEntries(fieldsOf(printed)));
  const [, status = '', details = ''] = /^# status StatusCode\.(\w+)(?: details '(.*)')?/m.exec(text) ?? [];
  return {
    name: file.replace('.txt', ''),
    isStreamed: text.startsWith('# rpc /modelresponse.ModelResponse/GeneratorReplyStream'),
    messages: messages.map(([, base64 = '']) => grpcFrame(Buffer.from(base64, 'base64'))),
    text: fields.map(({ response = '' }) => response).join(''),
    tokens: Number(fields.at(-1)?.['generated_tokens']),
    finish: fields.at(-1)?.['finish_reason'],
    status,
    details: details.replace(/\\n/g, '\n').replace(/\\t/g, '\t'),
  };
}

/** `name: "text"` and `name: 5`, a line each. */
function fieldsOf(printed: string): readonly (readonly [name: string, value: string])[] {
  return [...printed.matchAll(/^ *(\w+): "?(.*?)"?$/gm)].map(([, name = '', value = '']) => [name, value]);
}

const files = there ? readdirSync(recordings).filter((file) => file.startsWith('grpc-')) : [];
const all = files.map(recorded);
const named = (some: readonly Recording[]) => some.map((recording) => [recording.name, recording] as const);
const whole = all.filter(({ finish }) => finish !== undefined && finish !== 'none');
const read = ({ messages, isStreamed }: Recording) =>
  readAnswer(messages, (answer) => new FastgenReader(isStreamed, answer));

test.skipIf(!there)('there are recordings of answers, streamed and not, and of refusals', () => {
  expect(whole.map(({ isStreamed }) => isStreamed)).toEqual(expect.arrayContaining([true, false]));
  expect(all.filter(({ status }) => status === 'UNKNOWN')).not.toEqual([]);
});

test.skipIf(!there).each(named(whole))(
  'the recording %s is read to its text and tokens, each stamped by its own message',
  (_, recording) => {
    const answer = read(recording);
    expect(answer.failure).toBeUndefined();
    expect(answer).toMatchObject({
      text: recording.text,
      outputTokens: recording.tokens,
      source: 'usage',
      finish: recording.finish,
    });
    const stamps = recording.isStreamed ? Array.from({ length: recording.tokens }, (__, index) => index + 1) : [];
    expect(answer.outputs.map(({ atMs, tokens }) => [atMs, tokens])).toEqual(stamps.map((atMs) => [atMs, 1]));
  },
);

test.skipIf(!there)(
  'an answer that MII ended after its first token, since it was asked for wrongly, is truncated',
  () => {
    const recording = all.find(({ name }) => name === 'grpc-unary-with-stream-true') ?? expect.fail('it is not there');
    expect(read(recording).failure).toMatchObject({ kind: 'stream', reason: 'truncated' });
  },
);

test.skipIf(!there).each(named(all.filter(({ status }) => status === 'UNKNOWN')))(
  'the refusal %s is told in the words of its first cause',
  (_, { details }) => {
    const { message, ...failure } = grpcFailure('2', encodeURIComponent(details)) ?? expect.fail('it is one');
    expect(failure).toEqual({ kind: 'httpStatus', reason: 'badOption' });
    expect(message).toMatch(/^UNKNOWN: 1 validation error for GenerateParamsConfig (temperature|max_tokens) [^[]+$/);
  },
);
