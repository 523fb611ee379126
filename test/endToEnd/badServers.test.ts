import { expect, test } from 'vitest';
import type { Recorded } from '../../src/events/events.ts';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { type Ended, lastRun, loggedEvents, quick, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from './expectations.ts';
import { answer, type Behaviour, refuse, startWaywardServer, token } from './waywardServer.ts';

interface Measured extends Omit<Ended, 'signal'> {
  readonly levels: readonly LevelSummary[];
  readonly events: readonly Recorded[];
  /** By the run's own clock. */
  readonly seconds: number;
}

/** A run against a server, whose books must balance and whose replay must equal it, whatever happens. */
async function measure(url: string, ...more: readonly string[]): Promise<Measured> {
  const resultDir = temporaryFolder();
  const asked = ['--api', 'openai', '--url', url, '--model', 'm', '--streaming', '--num_clients', '2'];
  const ended = await runInside([...quick, '--num_requests_per_client', '15', ...asked, ...more], { resultDir });
  const run = lastRun(resultDir);
  const summary = summaryOf(run);
  expectBooksBalanced(summary);
  expectNothingInvented(summary);
  expect(summary.run.exitCode).toBe(ended.code);
  const events = await loggedEvents(run);
  expect(events.at(-1)).toMatchObject({ type: 'run.finished', exitCode: ended.code });
  await expectReplayEqual(run);
  return { ...ended, levels: summary.levels, events, seconds: (events.at(-1)?.atMs ?? Number.NaN) / 1000 };
}

test('no server at the URL ends the run with exit code 4 and the way out', async () => {
  const { code, stderr, seconds } = await measure('http://127.0.0.1:9');
  expect(code).toBe(4);
  expect(stderr).toMatch(/^error {2}cannot reach http:\/\/127\.0\.0\.1:9 \(connection refused\)/m);
  expect(stderr).toMatch(/Is the server running/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(seconds).toBeLessThan(10);
});

test('an error is told once where standard error has all that a person sees', async () => {
  const { stderr } = await measure('http://127.0.0.1:9', '--output', 'json');
  expect(stderr.match(/connection refused/g)).toHaveLength(1);
});

test.each([
  [401, 'OPENAI_API_KEY'],
  [404, '--model'],
])(
  'a server that answers %i ends the run with exit code 4, in its own words, controls left out',
  async (status, wayOut) => {
    const url = await startWaywardServer(refuse(status, '\u001b]0;owned\u0007\u001b[31mnot for you'));
    const { code, stdout, stderr, levels } = await measure(url);
    expect(code).toBe(4);
    expect(stderr).toContain(`answers HTTP ${status}: not for you`);
    expect(stderr).toContain(wayOut);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(levels).toMatchObject([{ status: 'failed', requests: { unsent: 30 } }]);
  },
);

test('a server that always answers 500 ends the run after each warm-up was tried four times', async () => {
  let requests = 0;
  const url = await startWaywardServer((...exchange) => {
    requests++;
    refuse(500, 'out of memory')(...exchange);
  });
  const { code, stderr } = await measure(url);
  expect(code).toBe(4);
  expect(stderr).toContain('answers HTTP 500: out of memory');
  expect(requests).toBe(8);
});

test('without warm-ups, a server that only fails is exit code 4 as well, and its failures are counted', async () => {
  const { code, stderr, levels } = await measure(
    await startWaywardServer(refuse(500, 'out of memory')),
    ...['--warmup_requests', '0'],
  );
  expect(code).toBe(4);
  expect(stderr).toMatch(/no request was completed/);
  expect(levels[0]?.requests.byFailureKind.httpStatus).toBeGreaterThanOrEqual(20);
});

test('failures now and then are shown and the run goes on to its end', async () => {
  const url = await startWaywardServer((response, n, request) =>
    n % 5 === 4 ? refuse(503, 'busy')(response, n, request) : answer(response, n, request),
  );
  const { code, stdout, levels } = await measure(url);
  expect(code).toBe(0);
  expect(stdout).toMatch(/failed/);
  expect(levels[0]?.status).toBe('completed');
  expect(levels[0]?.requests.failed).toBeGreaterThanOrEqual(5);
  expect(levels[0]?.requests.throttled).toBe(levels[0]?.requests.failed);
});

test('with --retries, what was turned away is sent again: each try is in the log, and the request fails no more', async () => {
  const url = await startWaywardServer((response, n, request) => {
    if (n % 5 !== 4) return answer(response, n, request);
    response.setHeader('retry-after-ms', '20');
    refuse(503, 'busy')(response, n, request);
  });
  const { code, stdout, levels, events } = await measure(url, '--retries', '12');
  expect(code).toBe(0);
  const retried = events.filter((event) => event.type === 'request.retried' && !event.warmup);
  expect(retried.length).toBeGreaterThanOrEqual(5);
  expect(levels[0]?.requests).toMatchObject({ failed: 0, throttled: 0, retries: retried.length });
  expect(stdout).toMatch(/tries failed and were sent\s+again/);
});

test('too many failures end the level and the sweep with exit code 3', async () => {
  const url = await startWaywardServer((response, n, request) =>
    n < 4 || n % 3 === 0 ? answer(response, n, request) : refuse(500, 'broken')(response, n, request),
  );
  const more = ['--num_clients', '2', '3', '--num_requests_per_client', '4000'];
  const { code, stdout, stderr, levels } = await measure(url, ...more);
  expect(code).toBe(3);
  expect(levels[0]?.requests.messages).toEqual({ httpStatus: 'broken' });
  expect(stdout).toMatch(/Most\s+often: "broken"/);
  expect(stderr).toMatch(/max_error_ratio/);
  expect(levels).toHaveLength(1);
  expect(levels[0]?.status).toBe('stopped');
  expect(levels[0]?.reason).toMatch(/requests failed/);
  expect(levels[0]?.requests.unsent).toBeGreaterThan(0);
});

const head = { 'content-type': 'text/event-stream' };

/** Everything that can go wrong with an answer, and what must be said of it. */
const faults: readonly (readonly [string, Behaviour])[] = [
  [
    'stream/truncated',
    (response) => void response.writeHead(200, head).write(token('once '), () => response.destroy()),
  ],
  ['stream/truncated', (response) => void response.writeHead(200, head).end(token('once '))],
  ['stream/reset', (response) => void response.socket?.resetAndDestroy()],
  ['protocol/badHttp', (response) => void response.socket?.end('\0\x01garbage\r\n\r\n')],
  ['protocol/notJson', (response) => void response.end('<html>welcome</html>')],
  [
    'stream/errorEvent',
    (response) => void response.writeHead(200, head).end(`${token('once ')}data: {"error":{"message":"died"}}\n\n`),
  ],
];

test('a server that breaks answers in every way costs those requests, each told by its kind, and nothing else', async () => {
  // The first requests are warm-ups; then every third goes wrong, in turn.
  const faultOf = (n: number) => (n >= 2 && n % 3 === 2 ? faults[Math.floor(n / 3) % faults.length] : undefined);
  let sent = 0;
  const url = await startWaywardServer((response, n, request) => {
    sent = n + 1;
    (faultOf(n)?.[1] ?? answer)(response, n, request);
  });
  const { code, levels, events } = await measure(url);
  expect(code).toBe(0);
  expect(levels[0]?.status).toBe('completed');
  const expected = Array.from({ length: sent }, (_, n) => faultOf(n)?.[0]).filter((fault) => fault !== undefined);
  const failures = events
    .filter((event) => event.type === 'request.failed')
    .map(({ kind, reason }) => `${kind}/${reason}`);
  expect(failures.toSorted()).toEqual(expected.toSorted());
  expect(expected.length).toBeGreaterThan(8);
  expect(levels[0]?.requests.completed).toBe(30 - expected.length);
});

test('an answer without output is counted apart', async () => {
  const url = await startWaywardServer((response, n, request) => {
    if (n % 3 !== 2) return answer(response, n, request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":0}}\n\ndata: [DONE]\n\n');
  });
  const { code, levels } = await measure(url);
  expect(code).toBe(0);
  expect(levels[0]?.requests).toMatchObject({ failed: 0 });
  expect(levels[0]?.requests.empty).toBeGreaterThanOrEqual(8);
});

test('a server that closes its connections between requests costs nothing', async () => {
  const url = await startWaywardServer((response, n, request) => {
    response.setHeader('connection', 'close');
    answer(response, n, request);
  });
  const { code, levels } = await measure(url);
  expect(code).toBe(0);
  expect(levels[0]?.requests).toMatchObject({ planned: 30, completed: 30 });
});

test.each([
  ['--no_progress_timeout', 'noProgress'],
  ['--request_timeout', 'request'],
])('a server that stalls is given up after %s, and the run ends', async (option, reason) => {
  const url = await startWaywardServer((response, n, request) => {
    if (n < 4) return answer(response, n, request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(token('once '));
  });
  const { code, stderr, levels, events, seconds } = await measure(url, option, '0.3', '--num_requests_per_client', '2');
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^error {2}\d of 8 requests failed, or came back empty, with 2 clients \(--max_error_ratio\)/m,
  );
  expect(levels[0]?.requests.byFailureKind).toEqual({ timeout: levels[0]?.requests.failed });
  expect(levels[0]?.requests.failed).toBeGreaterThanOrEqual(4);
  const reasons = events.filter((event) => event.type === 'request.failed').map((event) => event.reason);
  expect(new Set(reasons)).toEqual(new Set([reason]));
  expect(seconds).toBeLessThan(12);
});

test('a server that never answers a warm-up is exit code 4, in bounded time', async () => {
  const url = await startWaywardServer(() => {});
  const { code, stderr, seconds } = await measure(url, '--request_timeout', '0.2');
  expect(code).toBe(4);
  expect(stderr).toContain('did not answer in time');
  expect(seconds).toBeLessThan(8);
});
