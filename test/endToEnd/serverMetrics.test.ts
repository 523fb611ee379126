import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { lastRun, loggedEvents, quick, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectReplayEqual } from './expectations.ts';

/** Two slots for six clients: most of a request's time to first token is its waiting in the server's queue. */
const queueing = [
  ...[
    '--streaming',
    '--num_requests_per_client',
    '6',
    '--min_requests',
    '24',
    '--prompt_length',
    '24',
    '--max_new_tokens',
    '8',
  ],
  ...['--max_num_seqs', '2', '--step_base_ms', '10', '--server_metrics_seconds', '0.1'],
  ...['--prompt_generator_seed', '1', '--tokenizer', 'o200k_base', '--quiet'],
];

test('what the embedded server says of itself agrees with what was measured, and is in the log', async () => {
  const resultDir = temporaryFolder();
  const { code, stderr } = await runInside(['--num_clients', '2', '6', ...queueing], { resultDir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const run = lastRun(resultDir);
  const { levels } = summaryOf(run);
  for (const { server, requests, clients, achieved } of levels) {
    const { completed } = requests;
    expect(server?.preemptions).toBe(0);
    expect(server?.ttftMs?.count).toBe(completed);
    // The warm-ups too: one of each client.
    const all = completed + clients;
    expect(server?.requests).toEqual({ server: all, completed: all, sent: all });
    expect(server?.samples).toBeGreaterThan(2);
    expect(server?.running?.max).toBe(2);
    expect(server?.promptTokens).toBe(Math.round((achieved.promptTokens ?? 0) * completed));
    const [own = 0, ours = 0] = [server?.ttftMs?.mean, server?.ourTtftMs];
    expect(ours).toBeGreaterThan(own);
    expect(ours).toBeLessThan(own + 40);
  }
  const [level = expect.fail('no level'), full = level] = levels;
  expect(level.server?.waiting?.mean).toBeLessThan(1);
  expect(full.server?.waiting?.mean).toBeGreaterThan(2.5);
  expect(full.server?.ttftMs?.mean).toBeGreaterThan(100);
  await expectReplayEqual(run);
});

test('--no_server_metrics asks the server nothing', async () => {
  const resultDir = temporaryFolder();
  const { code } = await runInside(['--num_clients', '1', '--no_server_metrics', ...quick], { resultDir });
  expect(code).toBe(0);
  const events = await loggedEvents(lastRun(resultDir));
  expect(events.filter(({ type }) => type === 'server.sampled')).toEqual([]);
  expect(summaryOf(lastRun(resultDir)).levels[0]).not.toHaveProperty('server');
});

test.each([
  ['where nobody asked for metrics, nothing is said', [], []],
  [
    'where they were asked for, it is said that there are none',
    ['--server_metrics'],
    [expect.stringContaining('no metrics of the server')],
  ],
])('a server without metrics is measured all the same: %s', async (_, flags, warnings) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method !== 'POST') return void response.writeHead(404).end();
    request.resume();
    const choices = [{ index: 0, text: 'so', finish_reason: 'length' }];
    const usage = { prompt_tokens: 24, completion_tokens: 1 };
    request.on('end', () => response.end(JSON.stringify({ choices, usage })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resultDir = temporaryFolder();
  const client = ['--api', 'openai', '--url', url, '--model', 'any', '--num_clients', '2'];
  const { code } = await runInside([...client, ...flags, ...quick], { resultDir });
  expect(code).toBe(0);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels[0]).not.toHaveProperty('server');
  expect(summary.warnings.filter((warning) => warning.includes('metrics'))).toEqual(warnings);
  // Once to find out what kind of server it is, twice to sample it.
  expect(asked.filter((line) => line === 'GET /metrics').length).toBeLessThanOrEqual(3);
});
