import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { SimulatorMessage } from '../../src/simulator/simulatorProcess.ts';
import { instantly, parameters } from './parameters.ts';

function forked(): ChildProcess {
  const entry = new URL('../../src/simulator/simulatorProcess.ts', import.meta.url);
  const child = fork(entry, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function answerOf(child: ChildProcess): Promise<SimulatorMessage> {
  const [message] = (await once(child, 'message')) as [SimulatorMessage];
  return message;
}

test('the process says which port it serves, and ends when the channel closes', async () => {
  const child = forked();
  child.send(parameters(instantly));
  const message = await answerOf(child);
  if (message.type !== 'ready') expect.fail(message.message);
  const health = await request(`http://127.0.0.1:${message.port}/health`);
  await health.body.dump();
  expect(health.statusCode).toBe(200);
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the process ends on SIGTERM', async () => {
  const child = forked();
  child.send(parameters(instantly));
  await answerOf(child);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
