import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';
import { renderAnswer, renderTrust } from '../../src/reports/verdict.ts';
import { narrow } from './golden.ts';
import { type MadeUpServer, madeUpLevel, madeUpRun } from './madeUpRun.ts';

const style = { ...narrow, columns: 1000 };

function answer(
  loads: readonly number[],
  server?: MadeUpServer,
  change: (level: LevelSummary) => LevelSummary = (level) => level,
  isCutShort = false,
) {
  const levels = loads.map((clients, number) => change(madeUpLevel(clients, server, number)));
  return renderAnswer({ saturation: saturation(levels), levels, isCutShort }, style).map((line) => line.trim());
}

/** What is said of the trust in one level, or a run, that differs from a good one. */
function trust(level: Partial<LevelSummary>, run: Partial<RunSummary['run']> = {}) {
  const summary = madeUpRun([{ ...madeUpLevel(16), ...level }]);
  return renderTrust({ ...summary, run: { ...summary.run, ...run } }, style, true).map((line) => line.trim());
}

const good = trust({});
const news = (lines: readonly string[]) => lines.filter((line) => !good.includes(line));

test('a saturated sweep is answered with its point, its uncertainty and what lies beyond', () => {
  expect(answer([1, 8, 16, 32])).toEqual([
    'Saturation: 16 clients · 19.0 requests/s (± 0.3) · 1 217 tokens/s',
    'With 95 % confidence it takes more than 8 and at most 16 clients.',
    'Beyond it, more clients only wait longer: 1.68 s on average with 32, 841 ms with 16.',
    'Best balance of throughput and latency: 16 clients.',
  ]);
});

test('a server that breaks down under load is said to do so', () => {
  const lines = answer([1, 8, 16, 32], undefined, (level) => {
    if (level.clients < 32 || level.steady === undefined) return level;
    return { ...level, steady: { ...level.steady, requestsPerSec: 9.5, outputTokensPerSec: 608 } };
  });
  expect(lines[2]).toBe(
    'Beyond it, throughput falls (9.50 requests/s) and clients wait longer: 1.68 s on average with 32, 841 ms with 16.',
  );
});

test('without an interval none is shown, and it is said how long the level should have been', () => {
  const lines = answer([1, 8, 16, 32], undefined, (level) => {
    const { relativeHalfWidth: _, ...steady } = level.steady ?? expect.fail();
    return { ...level, steady };
  });
  expect(lines[0]).toBe('Saturation: 16 clients · 19.0 requests/s · 1 217 tokens/s');
  expect(lines).toContain('No interval: the level at the plateau should have had a steady window of at least 25 s.');
});

test('a sweep that still gains is told how to go on', () => {
  const lines = answer([1, 2, 4]);
  expect(lines[0]).toMatch(/^Not saturated: the last level still gained \d+ %\.$/);
  expect(lines[1]).toBe('Highest so far: 6.55 requests/s · 419 tokens/s. Go further: --num_clients 4 8 16');
});

test('no loads are suggested where somebody or something ended the sweep', () => {
  expect(answer([1, 2, 4], undefined, undefined, true)[1]).toBe('Highest so far: 6.55 requests/s · 419 tokens/s');
});

test('a plateau that was measured with more clients is told apart from the saturation point', () => {
  const lines = answer([1, 8, 16, 32], undefined, (level) => {
    if (level.clients !== 16 || level.steady === undefined) return level;
    return { ...level, steady: { ...level.steady, requestsPerSec: 18.7, outputTokensPerSec: 1199.5 } };
  });
  expect(lines.slice(0, 2)).toEqual([
    'Saturation: 16 clients, with 98.6 % of the throughput of the plateau.',
    'Plateau: 19.0 requests/s (± 0.3) · 1 217 tokens/s, with 32 clients.',
  ]);
});

test('a single load and an empty sweep leave it unknown, and say why', () => {
  expect(answer([8])).toEqual([
    'Saturation unknown: a single load tells nothing of its growth: run several.',
    'Measured: 11.6 requests/s (± 0.2) · 744 tokens/s. Go further: --num_clients 8 16 32',
  ]);
  expect(answer([8], undefined, (level) => ({ ...level, status: 'failed' }))).toEqual([
    'Saturation unknown: no level can be trusted with a throughput.',
  ]);
});

test('an estimate that differs from the measured throughput is shown beside it', () => {
  const lines = answer([1, 8, 16, 32], undefined, (level) => ({ ...level, estimatedRequestsPerSec: 21.4 }));
  expect(lines).toContain(
    'Clients / mean latency would say 21.4 requests/s at 16 clients: 13 % more than was measured.',
  );
});

test('one client is one client', () => {
  const lines = answer([1, 2, 4], { slots: 1, stepMs: 8, perSequenceMs: 0 });
  expect(lines[0]).toMatch(/^Saturation: 1 client · /);
  expect(lines.at(-1)).toBe('Best balance of throughput and latency: 1 client.');
});

test('a good run is told to be one in a line', () => {
  expect(good).toEqual(['The load generator was never the limit (event loop p99 1.50 ms, CPU 9 %).']);
});

const requests = madeUpLevel(16).requests;
test.each<[string, Partial<LevelSummary>, RegExp]>([
  [
    'a limited generator',
    { generator: { verdict: 'clientLimited', workers: 2 } },
    /^The load generator was the limit with 16 clients.*--workers/,
  ],
  [
    'a limited generator with a worker a client',
    { generator: { verdict: 'clientLimited', workers: 16 } },
    /^The load generator was the limit with 16 clients: [^-]* Give it a machine of its own, or one on which nothing else runs; --force measures them again\.$/,
  ],
  ['an unwatched generator', { generator: { verdict: 'unknown' } }, /is unknown with 16 clients: no sample was taken/],
  [
    'a generator watched too shortly',
    { generator: { verdict: 'unknown', loopDelayP99Ms: 9 } },
    /is unknown with 16 clients: the levels were too short to tell/,
  ],
  [
    'a level too short to judge',
    { littleRatio: 0.5 },
    /^Too short to judge, and in no verdict: 16 clients \(with 16, Little's law is off by 50 %\)\. Raise --num_requests/,
  ],
  ['a broken Little', { littleRatio: 1.08 }, /disagree by up to 8 % \(Little's law\) with 16 clients/],
  [
    'short answers',
    { achieved: { outputTokens: 41.3, askedOutputTokens: 64 } },
    /^Answers had 41 tokens on average, asked were 64 \(answers ended early\)/,
  ],
  [
    'long answers',
    { achieved: { outputTokens: 71, askedOutputTokens: 64 } },
    /asked were 64 \(the server ignores the limit\)/,
  ],
  [
    'short prompts',
    { achieved: { promptTokens: 200 } },
    /^Prompts had 200 tokens on average, the mean asked was 256\.$/,
  ],
  ['counted chunks', { tokenSources: { chunks: 192 } }, /^In all answers only chunks could be counted/],
  ['two token sources', { tokenSources: { usage: 100, tokenizer: 92 } }, /^In 92 of 192 answers .* our tokenizer/],
  [
    'an earlier run',
    { status: 'skipped', reason: 'measured by run x' },
    /^Not run again with 16 clients: measured by run x\. --force/,
  ],
  [
    'throttling',
    { requests: { ...requests, failed: 1, throttled: 1, byFailureKind: { httpStatus: 1 } } },
    /^1 of 193 requests \(0\.5 %\) were turned away/,
  ],
  [
    'errors of the server',
    { requests: { ...requests, failed: 1, byFailureKind: { httpStatus: 1 } } },
    /with an error status/,
  ],
  [
    'what the server said most often',
    {
      requests: { ...requests, failed: 1, byFailureKind: { httpStatus: 1 }, messages: { httpStatus: 'out of memory' } },
    },
    /the server log says why\. Most often: "out of memory"$/,
  ],
  ['timeouts', { requests: { ...requests, failed: 1, byFailureKind: { timeout: 1 } } }, /--request_timeout/],
  ['empty answers', { requests: { ...requests, empty: 1 } }, /^1 of 193 requests \(0\.5 %\) came back without output/],
  ['what we cut off', { requests: { ...requests, cutOff: 5 } }, /^5 requests were cut off by us/],
])('%s is remarked in one sentence', (_, level, sentence) => {
  expect(news(trust(level))).toEqual([expect.stringMatching(sentence)]);
});

test('above 1 % of failures it is said that the other requests are no fair sample', () => {
  const bias = /^Latencies and lengths are those of the other 192 requests: /;
  const failing = (failed: number) => ({ requests: { ...requests, failed, byFailureKind: { stream: failed } } });
  expect(trust(failing(2))).toContainEqual(expect.stringMatching(bias));
  expect(trust(failing(1))).not.toContainEqual(expect.stringMatching(bias));
  expect(trust({ ...failing(2), littleRatio: 0.9 }).join()).not.toContain('Little'); // failures put that off, too
});

test.each<[Partial<RunSummary['run']>, string]>([
  [{ exitCode: 130, reason: 'interrupted' }, 'The run was interrupted: it holds what was measured until then.'],
  [{ exitCode: 4 }, 'The run failed (exit 4).'],
  [{ exitCode: 0, reason: 'enough' }, 'The run ended early: enough.'],
])('a run that ended so (%j) says it first', (run, sentence) => {
  expect(trust({}, run)[0]).toBe(sentence);
});

test('what weakens the figures comes before what only explains them', () => {
  const lines = trust({ tokenSources: { tokenizer: 192 }, littleRatio: 1.2 });
  expect(lines.findIndex((line) => line.includes('Little'))).toBeLessThan(
    lines.findIndex((line) => line.includes('tokenizer')),
  );
});
