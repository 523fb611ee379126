import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RequestSent } from '../../src/events/events.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { lastRun, loggedEvents, quick, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectBooksBalanced, expectReplayEqual } from '../endToEnd/expectations.ts';

/** What was sent, request by request, whoever sent it. */
interface Sent {
  readonly request: number;
  readonly client: number;
  readonly warmup: boolean;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  readonly prompt: readonly number[];
}

async function sentWith(...more: readonly string[]): Promise<readonly Sent[]> {
  const resultDir = temporaryFolder();
  const { code, stderr } = await runCommand([...quick, '--num_clients', '2', '5', ...more], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const run = lastRun(resultDir);
  expectBooksBalanced(summaryOf(run));
  await expectReplayEqual(run);
  const textOf = new Map((await loggedTexts(run)).map((text) => [text.request, text]));
  return (await loggedEvents(run))
    .filter((event): event is typeof event & RequestSent => event.type === 'request.sent')
    .map(({ request, client, warmup, promptTokens, maxNewTokens }) => {
      const prompt = [...(textOf.get(request)?.slices ?? [])];
      return { request, client, warmup, promptTokens, maxNewTokens, prompt };
    })
    .toSorted((one, other) => one.request - other.request);
}

async function loggedTexts(runFolder: string): Promise<readonly ExchangeText[]> {
  const log = openLmdbLog(join(runFolder, 'log.mdb'));
  const texts = [...log.texts()].flat();
  await log.close();
  return texts;
}

test('processes and threads, however many, send the same requests for the same clients', async () => {
  const one = await sentWith('--workers', '1');
  expect(one).toHaveLength(8 + 2 + 20 + 5);
  for (const { prompt } of one) expect(prompt.length).toBeGreaterThan(0);
  expect(await sentWith('--workers', '2')).toEqual(one);
  expect(await sentWith('--workers', '3')).toEqual(one);
  expect(await sentWith('--workers', '2', '--use_threading')).toEqual(one);
  expect(await sentWith('--use_threading')).toEqual(one);
});

test('threads deliver batch after batch, whole', async () => {
  const resultDir = temporaryFolder();
  const many = [
    '--num_clients',
    '8',
    '--num_requests_per_client',
    '100',
    '--use_threading',
    '--workers',
    '2',
    '--streaming',
  ];
  const { code, stderr } = await runCommand([...quick, ...many], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const run = lastRun(resultDir);
  expect(summaryOf(run).levels[0]?.requests).toMatchObject({ planned: 800, completed: 800 });
  await expectReplayEqual(run);
});
