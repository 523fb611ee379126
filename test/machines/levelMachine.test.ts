import { expect, test } from 'vitest';
import { createActor, fromCallback, fromPromise, SimulatedClock, waitFor } from 'xstate';
import {
  type CrewCommand,
  type CrewReport,
  type LevelContext,
  levelMachine,
  type PlannedLevel,
} from '../../src/machines/levelMachine.ts';

const plan: PlannedLevel = {
  level: 0,
  sweep: 0,
  load: { kind: 'clients', value: 4 },
  clients: 4,
  workers: 2,
  planned: 64,
  warmups: 1,
  firstRequest: 0,
};

/** A level with a crew that the test plays. */
function createLevel(first = true) {
  const said: string[] = [];
  const clock = new SimulatedClock();
  let send: (report: CrewReport) => void = () => {};
  const machine = levelMachine.provide({
    actors: {
      crew: fromCallback<CrewCommand, PlannedLevel>(({ receive, sendBack }) => {
        send = sendBack as typeof send;
        receive(({ type }) => said.push(type));
      }),
      announceLevel: fromPromise<void, PlannedLevel>(async () => {
        said.push('announced');
      }),
      sampleServer: fromPromise<void>(async () => {
        said.push('sampled');
      }),
      recordEnd: fromPromise<void, LevelContext>(async () => {
        said.push('recorded');
      }),
    },
    actions: { announceStart: () => said.push('started') },
  });
  const actor = createActor(machine, { input: { plan, first }, clock });
  const reports = (...all: CrewReport[]) => {
    for (const report of all) send(report);
  };
  return { actor, clock, said, reports };
}

async function startLevel(first = true) {
  const level = createLevel(first);
  level.actor.start();
  await waitFor(level.actor, (snapshot) => snapshot.matches('warmingUp'));
  return level;
}

async function runLevel() {
  const level = await startLevel();
  level.reports(warm, warm);
  await waitFor(level.actor, (snapshot) => snapshot.matches('running'));
  return level;
}

const warm: CrewReport = { type: 'crew.warm', tried: 2, failed: 0 };
const cold: CrewReport = {
  type: 'crew.warm',
  tried: 2,
  failed: 2,
  lastFailure: { kind: 'connect', reason: 'refused' },
};
const stopped: CrewReport = { type: 'crew.stopped' };

test('no client starts before the last worker is warm, and the level ends with the last client', async () => {
  const { actor, said, reports } = await startLevel();
  reports(warm);
  expect(said).toEqual(['announced', 'warmUp']);
  reports(warm);
  await waitFor(actor, (snapshot) => snapshot.matches('running'));
  expect(said).toEqual(['announced', 'warmUp', 'sampled', 'started', 'start']);
  reports(stopped, stopped);
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'completed' });
  expect(said.at(-1)).toBe('recorded');
});

test('the first level fails when no warm-up at all succeeds, and says why', async () => {
  const { actor, said, reports } = await startLevel();
  reports(cold, cold, stopped, stopped);
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(actor.getSnapshot().output).toMatchObject({ status: 'failed', refusal: { reason: 'refused' } });
  expect(said).not.toContain('start');
});

test('one successful warm-up is enough, and a later level goes on without any', async () => {
  const some = await startLevel();
  some.reports(cold, warm);
  await waitFor(some.actor, (snapshot) => snapshot.matches('running'));
  const later = await startLevel(false);
  later.reports(cold, cold);
  await waitFor(later.actor, (snapshot) => snapshot.matches('running'));
});

test('a refusal ends the level at once', async () => {
  const { actor, reports } = await startLevel();
  reports({ type: 'crew.refused', failure: { kind: 'httpStatus', reason: 'status', httpStatus: 401 } });
  expect(actor.getSnapshot().value).toBe('draining');
});

test('a drain has a limit, after which what is open is cut off', async () => {
  const { actor, clock, said, reports } = await runLevel();
  actor.send({ type: 'endLevel', reason: 'too slow' });
  expect(said.at(-1)).toBe('drain');
  clock.increment(29_999);
  expect(said.at(-1)).toBe('drain');
  clock.increment(1);
  expect(said.at(-1)).toBe('abort');
  reports(stopped, stopped);
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'stopped', reason: 'too slow' });
});

test('a level that is to be cut off does not wait for open requests', async () => {
  const { actor, clock, said, reports } = await runLevel();
  actor.send({ type: 'endLevel', reason: 'too slow', cutsOff: true });
  clock.increment(0);
  expect(said.slice(-2)).toEqual(['drain', 'abort']);
  reports(stopped, stopped);
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'stopped', reason: 'too slow' });
});

test('a lost worker degrades the level instead of making it silently smaller', async () => {
  const { actor, said, reports } = await runLevel();
  reports({ type: 'crew.lost', worker: 2, message: 'worker 2 ended: SIGKILL' });
  expect(said.at(-1)).toBe('drain');
  reports(stopped);
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'degraded', reason: 'worker 2 ended: SIGKILL' });
});

test('an interrupted level drains, and a second interrupt cuts off', async () => {
  const { actor, said } = await startLevel();
  actor.send({ type: 'interrupt' });
  expect(said.at(-1)).toBe('drain');
  actor.send({ type: 'abort' });
  expect(said.at(-1)).toBe('abort');
});

test('a level that is ended while it is prepared sends nothing', async () => {
  for (const type of ['interrupt', 'abort'] as const) {
    const { actor, said } = createLevel();
    actor.start();
    actor.send({ type });
    await waitFor(actor, (snapshot) => snapshot.status === 'done');
    expect(said).not.toContain('warmUp');
    expect(said.at(-1)).toBe('recorded');
    expect(actor.getSnapshot().output).toEqual({ status: 'interrupted' });
  }
});

test.each([
  ['endLevel', { type: 'endLevel', reason: 'enough' }, { status: 'stopped', reason: 'enough' }],
  ['interrupt', { type: 'interrupt' }, { status: 'interrupted' }],
  ['abort', { type: 'abort' }, { status: 'interrupted' }],
  ['serverDied', { type: 'serverDied', reason: 'gone' }, { status: 'failed', reason: 'gone' }],
] as const)('a level that is ended by %s while the server is sampled measures nothing', async (_, command, output) => {
  const { actor, said, reports } = await startLevel();
  reports(warm, warm);
  actor.send(command);
  expect(said.at(-1)).toBe('drain');
  reports(stopped, stopped);
  await waitFor(actor, ({ status }) => status === 'done');
  expect(said).not.toContain('start');
  expect(actor.getSnapshot().output).toEqual(output);
});

test('a server that dies fails the level with its words, cuts off what is open, and no criterion says otherwise', async () => {
  const { actor, said, reports } = await runLevel();
  actor.send({ type: 'serverDied', reason: 'vllm ended (SIGKILL)' });
  expect(said.at(-1)).toBe('abort');
  actor.send({ type: 'endLevel', reason: 'too many failures' });
  reports(stopped, stopped);
  await waitFor(actor, ({ status }) => status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'failed', reason: 'vllm ended (SIGKILL)' });
});

test('a server that dies before its level has begun fails it as well', async () => {
  const { actor } = createLevel();
  actor.start();
  actor.send({ type: 'serverDied', reason: 'gone' });
  await waitFor(actor, ({ status }) => status === 'done');
  expect(actor.getSnapshot().output).toEqual({ status: 'failed', reason: 'gone' });
});
