import { expect, test } from 'vitest';
import type { Failure } from '../../src/clients/client.ts';
import { HttpConnection } from '../../src/clients/httpConnection.ts';
import { faults, parseFault, planFaults } from '../../src/simulator/faults/faultPlan.ts';
import { startSimulator } from '../../src/simulator/startSimulator.ts';
import { type ReadAnswer, readAnswer } from '../clients/answers.ts';
import { instantly, parameters } from './parameters.ts';

interface Outcome {
  readonly failure?: string;
  readonly text?: string;
  readonly tokens?: number;
  readonly events?: number;
}

const tokens = 4;

/** One request to a server that has one fault, given up once an answer is longer than it can be. */
async function met(fault: string, asked: object): Promise<Outcome> {
  const simulator = await startSimulator(parameters({ ...instantly, fault: [fault] }), { host: '127.0.0.1', port: 0 });
  const connection = new HttpConnection(simulator.url, { headers: ['content-type', 'application/json'] });
  const pieces: Uint8Array[] = [];
  const failure = await new Promise<Failure | undefined>((resolve) => {
    const cancel = connection.post(
      { path: '/v1/completions', body: Buffer.from(JSON.stringify({ prompt: 'a b c', max_tokens: tokens, ...asked })) },
      {
        sent: () => {},
        headers: () => {},
        received: (piece) => {
          pieces.push(piece);
          if (fault === 'endless' && pieces.length > tokens) cancel();
        },
        ended: () => resolve(undefined),
        failed: resolve,
      },
    );
  });
  connection.close();
  await simulator.close();
  return outcome(failure ?? readAnswer(pieces).failure, readAnswer(pieces));
}

function outcome(failure: Failure | undefined, answer: ReadAnswer): Outcome {
  if (failure !== undefined) return { failure: `${failure.kind}/${failure.reason}` };
  return {
    text: answer.text,
    ...(answer.outputTokens === undefined ? {} : { tokens: answer.outputTokens }),
    events: answer.outputs.length,
  };
}

const streamed = { stream: true, stream_options: { include_usage: true } };
const four = { text: expect.stringMatching(/^( [a-z]+){4}$/) as string, tokens };
const failed = (failure: string) => ({ failure });

const oneByOne = { ...four, events: tokens };
const atOnce = { ...four, events: 0 };

test.each<readonly [string, Outcome, Outcome]>([
  ['http429:1:7', failed('httpStatus/throttled'), failed('httpStatus/throttled')],
  ['http500', failed('httpStatus/status'), failed('httpStatus/status')],
  ['http503', failed('httpStatus/throttled'), failed('httpStatus/throttled')],
  ['reset', failed('stream/reset'), failed('stream/reset')],
  ['refuse:1:0.02', failed('stream/reset'), failed('stream/reset')],
  ['not_http', failed('protocol/badHttp'), failed('protocol/badHttp')],
  ['late:1:0.02', oneByOne, atOnce],
  ['stall_head:1:0.02', oneByOne, atOnce],
  ['stall_first:1:0.02', oneByOne, atOnce],
  ['stall_middle:1:0.02', oneByOne, atOnce],
  ['cut', failed('stream/truncated'), failed('stream/truncated')],
  ['drop', failed('stream/truncated'), failed('stream/truncated')],
  ['cut_event', failed('protocol/notJson'), failed('stream/truncated')],
  ['cut_character', failed('protocol/notJson'), failed('stream/truncated')],
  ['error_event', failed('stream/errorEvent'), failed('stream/errorEvent')],
  ['packed', oneByOne, atOnce],
  ['split', oneByOne, atOnce],
  ['http10', oneByOne, atOnce],
  ['close', oneByOne, atOnce],
  ['crlf', oneByOne, atOnce],
  ['comments', oneByOne, atOnce],
  ['empty_chunks', { ...four, events: 2 * tokens - 1 }, atOnce],
  ['reasoning', oneByOne, atOnce],
  ['no_usage', { text: four.text, events: tokens }, { text: four.text, events: 0 }],
  ['wrong_usage', { text: four.text, tokens: 2 * tokens, events: tokens }, { text: four.text, tokens: 8, events: 0 }],
  ['half_event', failed('protocol/notJson'), atOnce],
])('%s is what a client makes of it, streamed and not', async (fault, asStream, whole) => {
  expect(await met(fault, streamed)).toEqual(asStream);
  expect(await met(fault, {})).toEqual(whole);
});

test('every fault can be asked for by its name, and an endless body is one', () => {
  expect(Object.keys(faults)).toContain('endless');
  for (const name of Object.keys(faults)) expect(parseFault(name)).toMatchObject({ name, share: 1 });
});

test.each([
  ['http501', 'expected NAME'],
  ['http500:0', 'expected a share'],
  ['http500:1.5', 'expected a share'],
  ['http500:0.5:3', 'http500 has no duration'],
  ['stall_head:1:', 'expected NAME'],
  ['', 'expected NAME'],
])('%j is no fault', (text, words) => {
  expect(parseFault(text)).toContain(words);
});

test('faults are met in the shares that were asked for, and the same ones under the same seed', () => {
  const names = (seed: number) => {
    const faultOf = planFaults(['http500:0.1', 'stall_head:0.3:2'], seed);
    return Array.from({ length: 20_000 }, (_, request) => faultOf(request)?.name);
  };
  const drawn = names(1);
  expect(drawn.filter((name) => name === 'http500').length / 20_000).toBeCloseTo(0.1, 1.5);
  expect(drawn.filter((name) => name === 'stall_head').length / 20_000).toBeCloseTo(0.3, 1.5);
  expect(names(1)).toEqual(drawn);
  expect(names(2)).not.toEqual(drawn);
});
