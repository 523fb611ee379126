import { expect, test } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import type { ClientPhase } from '../../src/events/events.ts';
import { clientMachine, type LoopCommand, type LoopReport } from '../../src/machines/clientMachine.ts';

/** A client whose loop only notes what it is told; `says` speaks for the loop. */
function startClient() {
  const commands: string[] = [];
  const phases: ClientPhase[] = [];
  let says: (report: LoopReport) => void = () => {};
  const machine = clientMachine.provide({
    actors: {
      requestLoop: fromCallback<LoopCommand, unknown>(({ receive, sendBack }) => {
        says = sendBack as typeof says;
        receive(({ type }) => commands.push(type));
        return () => commands.push('ended');
      }),
    },
    actions: { announce: (_, { phase }) => phases.push(phase) },
  });
  const actor = createActor(machine, { input: { client: 3, level: 0, loop: undefined }, clock: new SimulatedClock() });
  actor.start();
  return { actor, commands, phases, says: (report: LoopReport) => says(report) };
}

test('a client warms up, waits for the others, runs until its work is done, and stops', () => {
  const { actor, commands, phases, says } = startClient();
  says({ type: 'loop.warm' });
  expect(actor.getSnapshot().value).toBe('warm');
  actor.send({ type: 'start' });
  says({ type: 'loop.exhausted' });
  says({ type: 'loop.drained' });
  expect(phases).toEqual(['warmup', 'warm', 'running', 'draining', 'stopped']);
  expect(commands).toEqual(['warmUp', 'run', 'drain', 'ended']);
  expect(actor.getSnapshot().status).toBe('done');
});

test('a client that is not warm does not start', () => {
  const { actor, phases } = startClient();
  actor.send({ type: 'start' });
  expect(phases).toEqual(['warmup']);
});

test('a client that is drained while it runs waits for its last answer', () => {
  const { actor, phases, says } = startClient();
  says({ type: 'loop.warm' });
  actor.send({ type: 'start' });
  actor.send({ type: 'drain' });
  expect(phases.at(-1)).toBe('draining');
  says({ type: 'loop.drained' });
  expect(phases.at(-1)).toBe('stopped');
});

test('an abort reaches the loop in every phase that sends', () => {
  for (const phase of ['warmup', 'running', 'draining'] as const) {
    const { actor, commands, says } = startClient();
    if (phase !== 'warmup') {
      says({ type: 'loop.warm' });
      actor.send({ type: 'start' });
    }
    if (phase === 'draining') actor.send({ type: 'drain' });
    actor.send({ type: 'abort' });
    expect(commands).toContain('abort');
    expect(actor.getSnapshot().value).toBe('draining');
  }
});

test('a loop that breaks fails its client and is ended', () => {
  const { actor, commands, phases, says } = startClient();
  says({ type: 'loop.failed', message: 'boom' });
  expect(phases.at(-1)).toBe('failed');
  expect(commands.at(-1)).toBe('ended');
  expect(actor.getSnapshot().status).toBe('done');
});
