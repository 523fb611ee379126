import { from, map, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { createActor, fromCallback, fromPromise, waitFor } from 'xstate';
import type { Decision } from '../../src/criteria/criterion.ts';
import { createPipeline } from '../../src/criteria/pipeline.ts';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { benchmarkMachine, type PlannedStep } from '../../src/machines/benchmarkMachine.ts';
import { type CrewCommand, levelMachine, type PlannedLevel } from '../../src/machines/levelMachine.ts';
import { serviceMachine } from '../../src/machines/serviceMachine.ts';
import { runLog } from '../metrics/runLog.ts';

const options = { window_seconds: 10, early_stop_latency: 1000, max_error_ratio: 0.2, stop_at_plateau: false };

/** A level of four clients whose server fails half of its requests. */
const log = runLog({ seed: 1, planned: 60, failureRatio: 0.5 }, [4]);

test('an Observable of events, and nothing else, brings a criterion.met', () => {
  const recorded$ = from(log).pipe(map((event) => ({ events: [event] })));
  const met: RunEvent[] = [];
  createPipeline(recorded$, options).decisions$.subscribe((decision) => {
    met.push({ type: 'criterion.met', worker: 0, ...decision });
  });
  expect(met).toMatchObject([
    { type: 'criterion.met', criterion: 'max_error_ratio', action: 'endSweep', level: 0, limit: 0.2 },
  ]);
});

const step: PlannedStep = {
  level: 0,
  sweep: 0,
  load: { kind: 'clients', value: 4 },
  clients: 4,
  workers: 1,
  planned: 60,
  warmups: 1,
  firstRequest: 0,
  skip: false,
};

/** The benchmark's own machines over a crew that only does as it is told, and the stream that its events would make. */
function startBenchmark() {
  const commands: string[] = [];
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const recorded$ = new Subject<{ readonly events: readonly Recorded[] }>();
  const level = levelMachine.provide({
    actors: {
      crew: fromCallback<CrewCommand, PlannedLevel>(({ receive, sendBack }) => {
        receive(({ type }) => {
          commands.push(type);
          if (type === 'warmUp') sendBack({ type: 'crew.warm', tried: 4, failed: 0 });
          if (type === 'start') started();
          if (type === 'drain') sendBack({ type: 'crew.stopped' });
        });
      }),
    },
  });
  const service = serviceMachine.provide({
    actors: { startService: fromPromise<void, { sweep: number }>(async () => {}) },
  });
  const machine = benchmarkMachine.provide({ actors: { level, service } });
  const actor = createActor(machine, { input: { steps: [step, { ...step, level: 1 }] } });
  const { decisions$ } = createPipeline(recorded$, options);
  const obey = (decision: Decision) => actor.send({ ...decision, type: 'criterionMet' });
  const feed = () => {
    for (const event of log) recorded$.next({ events: [event] });
  };
  return { actor, commands, decisions$, obey, feed, running };
}

test('a decision of the stream ends the level and the sweep', async () => {
  const { actor, commands, decisions$, obey, feed, running } = startBenchmark();
  decisions$.subscribe(obey);
  actor.start();
  await running;
  feed();
  await waitFor(actor, (snapshot) => snapshot.status === 'done');
  expect(commands).toEqual(['warmUp', 'start', 'drain']);
});

test('with nobody subscribed to the decisions, the same events stop nothing', async () => {
  const { actor, commands, decisions$, obey, feed, running } = startBenchmark();
  decisions$.subscribe(obey).unsubscribe();
  actor.start();
  await running;
  feed();
  expect(actor.getSnapshot().value).toBe('runningLevel');
  expect(commands).toEqual(['warmUp', 'start']);
  actor.stop();
});
