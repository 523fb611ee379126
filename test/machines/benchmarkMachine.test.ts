import { expect, test } from 'vitest';
import { createActor, fromPromise, setup, waitFor } from 'xstate';
import { benchmarkMachine, type PlannedStep } from '../../src/machines/benchmarkMachine.ts';
import type { LevelCommand, LevelInput, LevelOutput } from '../../src/machines/levelMachine.ts';
import { serviceMachine } from '../../src/machines/serviceMachine.ts';

function steps(...sweeps: readonly number[]): PlannedStep[] {
  return sweeps.map((sweep, level) => ({
    level,
    sweep,
    load: { kind: 'clients', value: 1 },
    clients: 1,
    workers: 1,
    planned: 1,
    warmups: 1,
    firstRequest: level * 10,
    skip: false,
  }));
}

/** A level that ends when it is told to. */
const obedientLevel = setup({
  types: {
    context: {} as LevelInput & LevelOutput,
    input: {} as LevelInput,
    output: {} as LevelOutput,
    events: {} as LevelCommand | { type: 'finish' },
  },
}).createMachine({
  id: 'level',
  context: ({ input }) => ({ ...input, status: 'completed' }),
  output: ({ event }) => ({ status: String(event.type).includes('level') ? 'stopped' : 'completed' }),
  initial: 'running',
  states: { running: { on: { finish: 'done', interrupt: 'done', endLevel: 'done' } }, done: { type: 'final' } },
});

function startBenchmark(plan: readonly PlannedStep[], failing = false, later: readonly PlannedStep[] = []) {
  const toCome = [...later];
  const said: string[] = [];
  const machine = benchmarkMachine.provide({
    actors: {
      service: serviceMachine.provide({
        actors: {
          startService: fromPromise<void, { sweep: number }>(async ({ input }) => {
            said.push(`service for sweep ${input.sweep}`);
            if (failing) throw new Error('port taken');
          }),
          stopService: fromPromise<void>(async () => {
            said.push('service stopped');
          }),
        },
      }),
      level: obedientLevel as never,
      planMore: fromPromise<readonly PlannedStep[], { endedSweeps: readonly number[] }>(async ({ input }) => {
        const next = toCome.shift();
        return next === undefined || input.endedSweeps.includes(next.sweep) ? [] : [next];
      }),
      prepareSweep: fromPromise<void, { sweep: number }>(async ({ input }) => {
        said.push(`sweep ${input.sweep}`);
      }),
      skipLevel: fromPromise<void, PlannedStep>(async ({ input }) => {
        said.push(`skipped ${input.level}`);
      }),
    },
  });
  const actor = createActor(machine, { input: { steps: plan } }).start();
  const running = (level: number) =>
    waitFor(actor, (snapshot) => snapshot.matches('runningLevel') && snapshot.context.next === level);
  const finish = () => actor.getSnapshot().children['level']?.send({ type: 'finish' } as never);
  const ended = () => waitFor(actor, (snapshot) => snapshot.status === 'done');
  return { actor, said, running, finish, ended };
}

test('levels run one after the other, and the service is stopped at the end', async () => {
  const { actor, said, running, finish, ended } = startBenchmark(steps(0, 0, 1));
  for (const level of [0, 1, 2]) {
    await running(level);
    finish();
  }
  await ended();
  expect(said).toEqual(['service for sweep 0', 'sweep 0', 'service for sweep 1', 'sweep 1', 'service stopped']);
  expect(actor.getSnapshot().output).toEqual({ type: 'done' });
});

test('a criterion that ends a sweep spares its larger levels and no other sweep', async () => {
  const { actor, running, finish, ended } = startBenchmark(steps(0, 0, 0, 1));
  await running(0);
  actor.send({ type: 'criterionMet', action: 'endSweep', sweep: 0, level: 0, message: 'slow' });
  await running(3);
  finish();
  await ended();
  expect(actor.getSnapshot().output).toEqual({ type: 'done' });
});

test('a criterion met when its level has ended does not touch the next one', async () => {
  const { actor, running, finish } = startBenchmark(steps(0, 0));
  await running(0);
  finish();
  await running(1);
  actor.send({ type: 'criterionMet', action: 'endLevel', sweep: 0, level: 0, message: 'late' });
  expect(actor.getSnapshot().value).toBe('runningLevel');
  expect(actor.getSnapshot().context.next).toBe(1);
});

test('levels that are planned on the way are run until there are no more', async () => {
  const { actor, said, running, finish, ended } = startBenchmark([], false, steps(0, 0));
  for (const level of [0, 1]) {
    await running(level);
    finish();
  }
  await ended();
  expect(said).toEqual(['service for sweep 0', 'sweep 0', 'service stopped']);
  expect(actor.getSnapshot().output).toEqual({ type: 'done' });
});

test('a criterion that ends a sweep leaves its smaller levels, where they come later', async () => {
  const [high, low, higher] = steps(0, 0, 0) as [PlannedStep, PlannedStep, PlannedStep];
  const withLoad = (step: PlannedStep, value: number): PlannedStep => ({ ...step, load: { kind: 'clients', value } });
  const { actor, running, finish, ended } = startBenchmark([withLoad(high, 4), withLoad(low, 2), withLoad(higher, 8)]);
  await running(0);
  actor.send({ type: 'criterionMet', action: 'endSweep', sweep: 0, level: 0, message: 'slow' });
  await running(1);
  finish();
  await ended();
  expect(actor.getSnapshot().context.next).toBe(3);
});

test('no more levels are planned for a sweep that a criterion ended', async () => {
  const { actor, running, finish, ended } = startBenchmark([], false, steps(0, 0));
  await running(0);
  actor.send({ type: 'criterionMet', action: 'endSweep', sweep: 0, level: 0, message: 'found' });
  finish();
  await ended();
  expect(actor.getSnapshot().context.steps).toHaveLength(1);
});

test('a level that is complete by a criterion ends without ending its sweep', async () => {
  const { actor, running } = startBenchmark(steps(0, 0));
  await running(0);
  actor.send({ type: 'criterionMet', action: 'completeLevel', sweep: 0, level: 0, message: 'precise' });
  await running(1);
  expect(actor.getSnapshot().context.sweepEnds).toEqual([]);
});

test('a level whose result exists needs neither service nor workers', async () => {
  const plan = steps(0).map((step) => ({ ...step, skip: true }));
  const { said, ended } = startBenchmark(plan);
  await ended();
  expect(said).toEqual(['skipped 0']);
});

test('an interrupt ends the running level and the run', async () => {
  const { actor, said, running, ended } = startBenchmark(steps(0, 0));
  await running(0);
  actor.send({ type: 'interrupt' });
  await ended();
  expect(actor.getSnapshot().output).toEqual({ type: 'interrupted' });
  expect(said.at(-1)).toBe('service stopped');
});

test('a service that does not start ends the run with its error', async () => {
  const { actor, ended } = startBenchmark(steps(0), true);
  await ended();
  expect(actor.getSnapshot().output).toMatchObject({ type: 'failed', error: new Error('port taken') });
});
