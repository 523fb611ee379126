import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { requestLoop } from '../../src/actors/requestLoop.ts';
import type { Client, Failure, RequestSpec } from '../../src/clients/client.ts';
import type { RequestSent } from '../../src/events/events.ts';
import { clientMachine } from '../../src/machines/clientMachine.ts';
import { createSimulatedWorker, plannedRequest } from './simulatedWorker.ts';

const answerMs = 20;

interface Given {
  /** What is answered to a request, in words; or why it fails. */
  readonly answers: Readonly<Record<number, string | Failure>>;
  readonly thinkMs?: number;
  readonly failurePauseMs?: number;
}

/** Two conversations, of three turns and of two, with a server that answers after 20 ms. */
function startClient({ answers, thinkMs, failurePauseMs = 0 }: Given) {
  const worker = createSimulatedWorker();
  const asked: RequestSpec[] = [];
  const client: Partial<Client<RequestSpec, string>> = {
    prepareRequest(spec) {
      asked.push(spec);
      return spec;
    },
    sendRequest({ request }, wire) {
      wire.sent();
      const answer = answers[request] ?? `answer ${request}`;
      worker.clock.setTimeout(() => {
        if (typeof answer !== 'string') return wire.failed(answer);
        wire.received(answer);
        wire.ended();
      }, answerMs);
      return () => wire.failed({ kind: 'aborted', reason: 'cancelled' });
    },
    processResponse: (_, record) => ({
      read(answer) {
        record.wholeText(answer, '""');
        record.counted(answer === '' ? 0 : answer.split(' ').length, 'usage');
        return undefined;
      },
      end: () => undefined,
    }),
    close() {},
  };
  const turns = [1, 2, 3, 1, 2];
  const actor = createActor(clientMachine.provide({ actors: { requestLoop: requestLoop as never } }), {
    clock: worker.clock,
    input: {
      client: 0,
      level: 0,
      loop: {
        ...{ level: 0, client: 0, desk: worker.desk, adapter: client, warmups: [], answersFollow: true },
        draw: (request: number) => ({ ...plannedRequest(request), turn: turns[request] }),
        promptOf: ({ request }: { request: number }) => `question ${request}`,
        requests: turns.keys(),
        onWarmup: () => {},
        onOutcome: () => {},
        failurePauseMs,
        ...(thinkMs === undefined ? {} : { thinkMs: () => thinkMs }),
        startedAtMs: () => worker.clock.nowMs(),
      },
    },
  }).start();
  actor.send({ type: 'start' });
  const sent = () => worker.events.filter((event): event is RequestSent => event.type === 'request.sent');
  return { ...worker, actor, asked, sent };
}

const said = (...requests: readonly number[]) =>
  requests.flatMap((request) => [
    { role: 'user', content: `question ${request}` },
    { role: 'assistant', content: `answer ${request}` },
  ]);

test('each turn brings along what was asked and really answered before, and a conversation begins anew', () => {
  const { pass, asked, sent, actor } = startClient({ answers: {} });
  pass(1000);
  expect(asked.map(({ request, prompt, earlier }) => ({ request, prompt, earlier }))).toEqual([
    { request: 0, prompt: 'question 0', earlier: [] },
    { request: 1, prompt: 'question 1', earlier: said(0) },
    { request: 2, prompt: 'question 2', earlier: said(0, 1) },
    { request: 3, prompt: 'question 3', earlier: [] },
    { request: 4, prompt: 'question 4', earlier: said(3) },
  ]);
  expect(sent().map(({ turn }) => turn)).toEqual([1, 2, 3, 1, 2]);
  expect(actor.getSnapshot().value).toBe('stopped');
});

test('a prompt is as much longer as the answers before were longer than planned', () => {
  const { pass, asked, sent } = startClient({ answers: { 0: 'a b c d e', 1: 'a' } });
  pass(1000);
  // Planned: 2 tokens each, after answers of 3.
  expect(asked.map(({ promptTokens }) => promptTokens)).toEqual([2, 4, 2, 2, 1]);
  expect(sent().map(({ promptTokens }) => promptTokens)).toEqual([2, 4, 2, 2, 1]);
});

test.each<[string, string | Failure]>([
  ['failed', { kind: 'httpStatus', reason: 'status', httpStatus: 500 }],
  ['was empty', ''],
])('a turn whose answer %s ends its conversation, and the client goes on to the next one', (_, answer) => {
  const { pass, asked, sent, events, actor } = startClient({ answers: { 1: answer } });
  pass(1000);
  expect(sent().map(({ request }) => request)).toEqual([0, 1, 3, 4]);
  expect(asked.at(-1)?.earlier).toEqual(said(3));
  expect(events.filter(({ type }) => type === 'request.completed' || type === 'request.failed')).toHaveLength(4);
  expect(actor.getSnapshot().value).toBe('stopped');
});

test('a client thinks between turns from the end of the answer on, however late that is read', () => {
  const { pass, sent, events } = startClient({ answers: {}, thinkMs: 250 });
  pass(5000);
  const closed = events.flatMap((event) => (event.type === 'request.completed' ? [event.closedAtMs] : []));
  expect(
    sent()
      .slice(1)
      .map(({ scheduledAtMs }) => scheduledAtMs),
  ).toEqual(closed.slice(0, -1).map((ms) => ms + 250));
});

test('a client rests after a turn that failed before it begins the next conversation', () => {
  const turnedAway: Failure = { kind: 'httpStatus', reason: 'throttled', httpStatus: 429 };
  const { pass, sent } = startClient({ answers: { 0: turnedAway }, failurePauseMs: 500 });
  pass(5000);
  const [first, second] = sent();
  expect(second?.request).toBe(3);
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(answerMs + 500);
  expect(second?.atMs).toBe(second?.scheduledAtMs);
});

test.each(['drain', 'abort'] as const)('%s ends a client in the middle of a conversation', (type) => {
  const { pass, sent, actor } = startClient({ answers: {} });
  pass(10);
  actor.send({ type });
  pass(1000);
  expect(actor.getSnapshot().value).toBe('stopped');
  expect(sent()).toHaveLength(1);
});
