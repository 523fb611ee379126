import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { dispersion, exponentialDistance, gapsOf, kolmogorovLimit } from '../workload/arrivalStatistics.ts';
import { lastRun, loggedEvents, quick, runCommand, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from './expectations.ts';

const answer = JSON.stringify({
  choices: [{ index: 0, text: 'a b c', message: { role: 'assistant', content: 'a b c' }, finish_reason: 'length' }],
  usage: { prompt_tokens: 24, completion_tokens: 6, total_tokens: 30 },
});

/** A server that notes when requests come, and answers at once but within one stretch of time. */
async function startNotingServer(stall?: { readonly fromRequest: number; readonly forMs: number }) {
  const atMs: number[] = [];
  let freeAtMs = 0;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(404).end();
    const nowMs = performance.now();
    if (atMs.push(nowMs) === stall?.fromRequest) freeAtMs = nowMs + stall.forMs;
    const reply = () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    request.resume().on('end', () => setTimeout(reply, Math.max(0, freeAtMs - performance.now())));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, atMs };
}

const at = (url: string) => [...quick, '--api', 'openai', '--url', url, '--model', 'any', '--warmup_requests', '0'];

test('what a server receives is Poisson at every rate, and as much as was offered', async () => {
  const { url, atMs } = await startNotingServer();
  const resultDir = temporaryFolder();
  const args = [...at(url), '--request_rate', '30', '100', '400', '--level_seconds', '8', '--workers', '2'];
  const { code, stderr } = await runCommand([...args, '--stop_at_plateau', 'false'], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

  for (const level of summaryOf(lastRun(resultDir)).levels) {
    const { offeredPerSec = 0, sentPerSec = 0 } = level.arrivals ?? {};
    const received = atMs.splice(0, level.requests.planned).slice(level.requests.planned / 10);
    const [firstMs = 0, lastMs = 0] = [received[0], received.at(-1)];
    expect(level.requests.completed).toBe(level.requests.planned);
    expect(Math.abs(sentPerSec / offeredPerSec - 1)).toBeLessThan(0.005);
    const sinceFirst = received.map((ms) => ms - firstMs);
    const endMs = lastMs - firstMs;
    // Four standard deviations of the dispersion of 50 counts.
    expect(Math.abs(dispersion(sinceFirst, endMs, 50) - 1)).toBeLessThan(0.8);
    // Shorter gaps are those of timers that count milliseconds.
    if (level.load.value > 50) continue;
    expect(exponentialDistance(gapsOf(received), endMs / (received.length - 1))).toBeLessThan(kolmogorovLimit);
  }
});

test('due times are those of the seed, whatever the number of workers', async () => {
  const { url } = await startNotingServer();
  const dues = async (workers: number) => {
    const resultDir = temporaryFolder();
    const args = [...at(url), '--request_rate', '50', '--level_seconds', '2', '--workers', String(workers)];
    expect(await runCommand(args, { resultDir })).toMatchObject({ code: 0 });
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

test('latencies from due show a stall that latencies from sent hide, and a replay gives the same', async () => {
  const { url } = await startNotingServer({ fromRequest: 100, forMs: 1400 });
  const resultDir = temporaryFolder();
  const load = ['--request_rate', '80', '--arrivals', 'constant', '--level_seconds', '5', '--max_in_flight', '4'];
  const { code, stdout } = await runCommand([...at(url), ...load], { resultDir });
  expect(code).toBe(0);

  const run = lastRun(resultDir);
  const summary = summaryOf(run);
  const [level] = summary.levels;
  expect(level?.load).toEqual({ kind: 'ratePerSec', value: 80 });
  expect(level?.e2eMs.p90).toBeGreaterThan(700);
  expect(level?.fromSent?.e2eMs.p95).toBeLessThan(500);
  expect(level?.arrivals?.heldBack).toBeGreaterThan(80);
  expect(stdout).toContain('held back');
  expectBooksBalanced(summary);
  expectNothingInvented(summary);
  await expectReplayEqual(run);
});

test('rates name result files, are skipped where they were measured, and have reports', async () => {
  const { url } = await startNotingServer();
  const resultDir = temporaryFolder();
  const args = [...at(url), '--request_rate', '40', '12.5', '--level_seconds', '2'];
  expect(await runCommand(args, { resultDir })).toMatchObject({ code: 0 });
  const first = lastRun(resultDir);
  const again = await runCommand(args, { resultDir });
  expect(again.code).toBe(0);
  const levels = summaryOf(lastRun(resultDir)).levels;
  expect(levels.map(({ status, load }) => [status, load.value])).toEqual([
    ['skipped', 12.5],
    ['skipped', 40],
  ]);
  expect(levels.map(({ arrivals }) => arrivals)).toEqual(summaryOf(first).levels.map(({ arrivals }) => arrivals));
  expect(again.stdout).toContain('offered');

  const report = await runCommand(['report', first, '--format', 'csv'], { resultDir });
  const compared = await runCommand(['compare', first, first], { resultDir });
  for (const ended of [report, compared]) expect(ended.stderr).toBe('');
  expect(report.stdout).toContain('ratePerSec,12.5');
  expect(compared.stdout).toContain('12.5 requests/s');
});
