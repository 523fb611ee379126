import { expect, test } from 'vitest';
import { lastRun, loggedEvents, quick, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced, expectReplayEqual } from './expectations.ts';
import { startNotingServer } from './notingServer.ts';

const at = (url: string) => [...quick, '--api', 'openai', '--url', url, '--model', 'any', '--warmup_requests', '0'];

test('due times are those of the seed, whatever the number of workers', async () => {
  const { url } = await startNotingServer();
  const dues = async (workers: number) => {
    const resultDir = temporaryFolder();
    const args = [...at(url), '--request_rate', '50', '--level_seconds', '2', '--workers', String(workers)];
    expect(await runInside(args, { resultDir })).toMatchObject({ code: 0 });
    const events = await loggedEvents(lastRun(resultDir));
    const startMs = events.find((event) => event.type === 'level.started')?.atMs ?? Number.NaN;
    const sent = events.filter((event) => event.type === 'request.sent');
    // Each worker counts from when it hears of the start, within a moment of the others.
    return sent.map(({ request, scheduledAtMs }) => [request, Math.round((scheduledAtMs - startMs) / 50)] as const);
  };
  const byRequest = (list: readonly (readonly [number, number])[]) => list.toSorted(([one], [other]) => one - other);
  const [one, three] = [byRequest(await dues(1)), byRequest(await dues(3))];
  expect(three.map(([request]) => request)).toEqual(one.map(([request]) => request));
  for (const [index, [, due]] of three.entries()) expect(Math.abs(due - (one[index]?.[1] ?? 0))).toBeLessThan(6);
});

test('rates name result files, are skipped where they were measured, and have reports', async () => {
  const { url } = await startNotingServer();
  const resultDir = temporaryFolder();
  const args = [...at(url), '--request_rate', '40', '12.5', '--level_seconds', '2'];
  expect(await runInside(args, { resultDir })).toMatchObject({ code: 0 });
  const first = lastRun(resultDir);
  const again = await runInside(args, { resultDir });
  expect(again.code).toBe(0);
  const levels = summaryOf(lastRun(resultDir)).levels;
  expect(levels.map(({ status, load }) => [status, load.value])).toEqual([
    ['skipped', 12.5],
    ['skipped', 40],
  ]);
  expect(levels.map(({ arrivals }) => arrivals)).toEqual(summaryOf(first).levels.map(({ arrivals }) => arrivals));
  expect(again.stdout).toContain('offered');

  const report = await runInside(['report', first, '--format', 'csv'], { resultDir });
  const compared = await runInside(['compare', first, first], { resultDir });
  for (const ended of [report, compared]) expect(ended.stderr).toBe('');
  expect(report.stdout).toContain('ratePerSec,12.5');
  expect(compared.stdout).toContain('12.5 requests/s');
});

test('levels by time end in their time, whatever was answered, and clients think between their requests', async () => {
  const resultDir = temporaryFolder();
  const load = ['--num_clients', '2', '4', '--level_seconds', '1.5', '--think_time', '0.2', '--think_spread', 'fixed'];
  expect(await runInside([...quick, ...load], { resultDir })).toMatchObject({ code: 0 });
  const run = lastRun(resultDir);
  const summary = summaryOf(run);
  for (const { requests, whole, status } of summary.levels) {
    expect(status).toBe('completed');
    expect(requests).toMatchObject({ planned: requests.completed, unsent: 0, cutOff: 0 });
    expect(Math.abs((whole?.seconds ?? 0) - 1.5)).toBeLessThan(0.5);
  }
  const sent = (await loggedEvents(run)).filter((event) => event.type === 'request.sent' && !event.warmup);
  // A client sends at most once in each think time.
  expect(sent.length).toBeLessThanOrEqual((2 + 4) * Math.ceil(1.5 / 0.2));
  expectBooksBalanced(summary);
  await expectReplayEqual(run);
});
