import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { lastRun, loggedEvents, quick, runInside, temporaryFolder } from './command.ts';

/** What each client of a run was given, in the order in which it sent. */
async function sentBy(workers: number) {
  const resultDir = temporaryFolder();
  const args = [...quick, '--num_clients', '5', '--workers', `${workers}`, '--prompt_length_var', '0.3'];
  const { code } = await runInside([...args, '--max_new_tokens_var', '0.3'], { resultDir });
  expect(code).toBe(0);
  const run = lastRun(resultDir);
  const events = await loggedEvents(run);
  const log = openLmdbLog(join(run, 'log.mdb'));
  const slices = new Map([...log.texts()].flat().map((text) => [`${text.request} ${text.warmup}`, text.slices]));
  await log.close();
  const clients: Record<number, unknown[]> = {};
  for (const event of events) {
    if (event.type !== 'request.sent') continue;
    const { client, request, warmup, promptTokens, maxNewTokens } = event;
    clients[client] ??= [];
    clients[client].push([request, warmup, promptTokens, maxNewTokens, slices.get(`${request} ${warmup}`)]);
  }
  return { clients, events };
}

test('any number of workers sends the same requests in the same order a client, and each says how far its clock may be off', async () => {
  const [one, several] = [await sentBy(1), await sentBy(3)];
  expect(several.clients).toEqual(one.clients);
  const samples = several.events.filter((event) => event.type === 'generator.sampled');
  expect(new Set(samples.map(({ worker }) => worker))).toEqual(new Set([1, 2, 3]));
  for (const { clockErrorMs = Number.NaN } of samples) {
    expect(clockErrorMs).toBeGreaterThanOrEqual(0);
    expect(clockErrorMs).toBeLessThan(1);
  }
});
