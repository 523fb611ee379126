import { expect, test } from 'vitest';
import type { ServerSummary } from '../../src/metrics/serverSummary.ts';
import { serverRemarks } from '../../src/reports/serverRemarks.ts';
import { madeUpLevel } from './madeUpRun.ts';

function remarksOn(...servers: readonly Omit<ServerSummary, 'samples'>[]): readonly string[] {
  const levels = servers.map((server, level) => ({
    ...madeUpLevel(2 ** level, undefined, level),
    server: { samples: 5, ...server },
  }));
  return serverRemarks(levels).map(({ tone, text }) => `${tone}: ${text}`);
}

test('a level of which the server said nothing is passed over', () => {
  expect(serverRemarks([madeUpLevel(4)])).toEqual([]);
});

test.each([
  [{ prefixCacheHitRatio: 0.01 }],
  [{ preemptions: 0 }],
  [{ requests: { server: 102, completed: 100, sent: 100 } }],
  [{ requests: { server: 1020, completed: 1000, sent: 1000 } }],
  [{ requests: { server: 98, completed: 100, sent: 100 } }],
  [{ requests: { server: 60, completed: 50, sent: 100 } }],
])('%j is nothing to speak of', (server) => {
  expect(remarksOn(server)).toEqual([]);
});

test('hits of the prefix cache are warned of, the highest share is told', () => {
  const [remark] = remarksOn({ prefixCacheHitRatio: 0 }, { prefixCacheHitRatio: 0.06 }, { prefixCacheHitRatio: 0.42 });
  expect(remark).toBe(
    'warning: The server had up to 42 % of the prompt tokens in its prefix cache with 2 and 4 clients and did not compute them. If that is not what you measure, empty that cache or turn it off.',
  );
});

test('hits that were planned are no surprise, only those beyond them', () => {
  const planned = (prefixCacheHitRatio: number) =>
    serverRemarks([{ ...madeUpLevel(4), expectedPrefixHitRatio: 0.3, server: { samples: 9, prefixCacheHitRatio } }]);
  expect(planned(0.31)).toEqual([]);
  expect(planned(0.33)[0]?.text).toContain('33 % of the prompt tokens');
  expect(planned(0.33)[0]?.text).toContain('where up to 30 % were planned');
});

test('where a server does not tell its hits, the planned ones are told alone', () => {
  const levels = [0.3, 0.3].map((expectedPrefixHitRatio) => ({ ...madeUpLevel(4), expectedPrefixHitRatio }));
  expect(serverRemarks(levels)).toEqual([
    { tone: 'plain', text: expect.stringContaining('could answer for at most 30 % of their tokens') },
  ]);
});

test('a server that finished more than was sent is used by somebody else', () => {
  expect(remarksOn({ requests: { server: 120, completed: 90, sent: 100 } })).toEqual([
    'warning: Somebody else used the server with 1 client: it finished 120 requests, and we had sent 100. What they took is missing in the figures.',
  ]);
});

test('a server that finished less than was answered shows the metrics of a part', () => {
  const half = { requests: { server: 50, completed: 100, sent: 100 } };
  expect(remarksOn(half, half)).toEqual([
    'warning: The metrics of the server are those of a part of it with 1 and 2 clients: they count 50 finished requests, and we had 100 answered with 1.',
  ]);
});

test('preemptions explain a slow level, and are added up', () => {
  expect(remarksOn({ preemptions: 2 }, { preemptions: 5 })).toEqual([
    'plain: The KV cache of the server was full with 1 and 2 clients: it took running requests off 7 times and began them anew.',
  ]);
});
