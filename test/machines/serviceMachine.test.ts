import { expect, test } from 'vitest';
import { createActor, fromCallback, fromPromise, setup, waitFor } from 'xstate';
import { type ServiceDeath, type ServiceReport, serviceMachine } from '../../src/machines/serviceMachine.ts';

/** A service whose work the test plays, below a parent that notes its reports. */
function createService(start: () => Promise<void> = async () => {}) {
  const said: string[] = [];
  let dies: (death: ServiceDeath) => void = () => {};
  const service = serviceMachine.provide({
    actors: {
      startService: fromPromise<void, { sweep: number }>(async ({ input }) => {
        said.push(`start ${input.sweep}`);
        await start();
      }),
      stopService: fromPromise<void>(async () => {
        said.push('stop');
      }),
      watchService: fromCallback(({ sendBack }) => {
        dies = sendBack;
      }),
    },
  });
  const parent = createActor(
    setup({ types: { events: {} as ServiceReport }, actors: { service } }).createMachine({
      invoke: { id: 'service', src: 'service' },
      on: { '*': { actions: ({ event }) => said.push(event.type) } },
    }),
  ).start();
  const actor = parent.getSnapshot().children.service;
  if (actor === undefined) throw new Error('the service is invoked at once');
  const reaches = (state: 'ready' | 'failed' | 'stopped') => waitFor(actor, (snapshot) => snapshot.matches(state));
  return { actor, said, reaches, dies: (death: ServiceDeath) => dies(death) };
}

test('a service starts for a sweep, again for another, and stops', async () => {
  const { actor, said, reaches } = createService();
  for (const sweep of [0, 1]) {
    actor.send({ type: 'start', sweep });
    await reaches('ready');
  }
  actor.send({ type: 'stop' });
  await reaches('stopped');
  expect(said).toEqual(['start 0', 'service.ready', 'start 1', 'service.ready', 'stop', 'service.stopped']);
});

test('a service that does not start has failed, and is stopped all the same', async () => {
  const { actor, said, reaches } = createService(async () => {
    throw new Error('port taken');
  });
  actor.send({ type: 'start', sweep: 0 });
  await reaches('failed');
  actor.send({ type: 'stop' });
  await reaches('stopped');
  expect(said).toEqual(['start 0', 'service.failed', 'stop', 'service.stopped']);
});

test('a service that ends by itself has failed', async () => {
  const { actor, said, reaches, dies } = createService();
  actor.send({ type: 'start', sweep: 0 });
  await reaches('ready');
  dies({ type: 'died', error: new Error('SIGKILL') });
  await reaches('failed');
  expect(said.at(-1)).toBe('service.failed');
});

test('a stop in the middle of a start is obeyed', async () => {
  const { actor, said, reaches } = createService(() => new Promise(() => {}));
  actor.send({ type: 'start', sweep: 0 });
  actor.send({ type: 'stop' });
  await reaches('stopped');
  expect(said).toEqual(['start 0', 'stop', 'service.stopped']);
});
