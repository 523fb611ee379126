import { expect, test, vi } from 'vitest';
import { createActor, setup, waitFor } from 'xstate';
import { createServiceHost } from '../../src/actors/serviceHost.ts';
import type { Service } from '../../src/clients/client.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import type { ServiceReport } from '../../src/machines/serviceMachine.ts';
import type { Wish } from '../clients/fixtures/wishfulClient.js';

const api = import.meta.resolve('../clients/fixtures/wishfulClient.js');

/** A host whose sweeps wish for servers; the client does as it is told. */
function createHost(...wishes: readonly Wish[]) {
  const said: string[] = [];
  const words: string[] = [];
  const ready: Service[] = [];
  const settings = wishes.map((wish) => ({ api, own: { said, ...wish } }) as unknown as ClientSettings);
  const host = createServiceHost({
    settingsOf: (sweep) => settings[sweep] ?? expect.fail(`no sweep ${sweep}`),
    clock: createRunClock(monotonicMs()),
    folder: '/runs/1',
    say: (text) => words.push(text),
    onReady: (service) => ready.push(service),
  });
  const parent = createActor(
    setup({ types: { events: {} as ServiceReport }, actors: { service: host.machine } }).createMachine({
      invoke: { id: 'service', src: 'service' },
    }),
  ).start();
  const actor = parent.getSnapshot().children.service ?? expect.fail('the service is invoked at once');
  const reaches = (state: 'ready' | 'failed' | 'stopped') => waitFor(actor, (snapshot) => snapshot.matches(state));
  async function start(sweep: number): Promise<void> {
    actor.send({ type: 'start', sweep });
    await reaches('ready');
  }
  async function stop(): Promise<void> {
    actor.send({ type: 'stop' });
    await reaches('stopped');
  }
  return { host, actor, said, words, ready, start, stop };
}

test('sweeps that want the same server share it, and another one replaces it', async () => {
  const { host, said, ready, start, stop } = createHost({ key: 'a' }, { key: 'a' }, { key: 'b' });
  for (const sweep of [0, 1, 2]) await start(sweep);
  expect(host.current()).toEqual({ url: 'wish://b' });
  await stop();
  expect(said).toEqual(['start a', 'stop a', 'close a', 'start b', 'stop b', 'close b']);
  expect(ready).toEqual([{ url: 'wish://a' }, { url: 'wish://b' }]);
});

test('a start that is broken off hears of it, and what it began is stopped', async () => {
  const { actor, said, words, ready, stop } = createHost({ hangs: true });
  actor.send({ type: 'start', sweep: 0 });
  await vi.waitUntil(() => words.length > 0, { interval: 1 });
  await stop();
  expect(said).toEqual(['start a', 'stop a', 'close a']);
  expect(words).toEqual(['a writes to /runs/1']);
  expect(ready).toEqual([]);
});

test.each([
  [true, undefined],
  [false, /did not empty its prefix cache/],
  ['throws', /could not be emptied: busy/],
] as const)('a flush of the prefix cache that gives %s is told as %s', async (flushes, words) => {
  const { host, said, start } = createHost({ flushes });
  expect(await host.flushPrefixCache()).toBeUndefined();
  await start(0);
  const told = await host.flushPrefixCache();
  if (words === undefined) expect(told).toBeUndefined();
  else expect(told).toMatch(words);
  expect(await host.flushPrefixCache()).toBeUndefined(); // told once
  expect(said).toEqual(['start a', 'flush', 'flush']);
});
