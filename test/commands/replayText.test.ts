import { expect, test } from 'vitest';
import { type ReplayEnd, renderReplayEnd, renderReplayHead } from '../../src/commands/replayText.ts';
import type { Decision } from '../../src/criteria/criterion.ts';
import type { RunStarted } from '../../src/events/events.ts';
import { LogDamage } from '../../src/events/logDamage.ts';
import { allDefinitions } from '../../src/metrics/definitions/allDefinitions.ts';

const finished = { type: 'run.finished', worker: 0, atMs: 9, exitCode: 0, digest: 'abc' } as const;
const end: ReplayEnd = { events: 12, decisions: [], digest: 'abc', finished, damage: undefined, changed: [] };

function decision(sweep: number, level: number, action: Decision['action']): Decision {
  const what = { criterion: 'early_stop_latency', level, sweep, action, atSeq: 1, atMs: 2500, value: 3, limit: 2 };
  return { ...what, message: 'the mean latency was 3 s' };
}

test.each<[string, Partial<ReplayEnd>, RegExp]>([
  ['the same digest', {}, /Replayed 12 events. The digest is met/],
  ['another digest', { digest: 'xyz' }, /is not met.*Recorded abc, replayed xyz/],
  ['no end', { finished: undefined }, /ends before its run did/],
  ['other options', { changed: ['window_seconds'] }, /Not compared with the run's digest: other window_seconds/],
])('%s is said in words', (_what, part, words) => {
  expect(renderReplayEnd({ ...end, ...part }).join('\n')).toMatch(words);
});

test('damage is told first, with where it begins', () => {
  const damage = new LogDamage('log.mdb', 7, undefined);
  expect(renderReplayEnd({ ...end, finished: undefined, damage })).toEqual([
    'warning  log.mdb: damaged from event 7 on: read up to there',
    'Replayed 12 events. The end of the run is lost, and the digest with it.',
  ]);
});

test('other criteria say where they would have stopped, once for each sweep that they would have ended', () => {
  const decisions = [
    decision(0, 1, 'endLevel'),
    decision(0, 2, 'endSweep'),
    decision(0, 3, 'endSweep'),
    decision(1, 5, 'endSweep'),
  ];
  const lines = renderReplayEnd({ ...end, changed: ['early_stop_latency'], decisions }).slice(1);
  expect(lines.map((line) => /ended (the \w+) at level (\d+), 2.5 s/.exec(line)?.slice(1))).toEqual([
    ['the level', '2'],
    ['the sweep', '3'],
    ['the sweep', '6'],
  ]);
  expect(renderReplayEnd({ ...end, changed: ['early_stop_latency'] })[1]).toMatch(
    /nothing would have been ended early/,
  );
});

test('the head says whose formulas the figures are by', () => {
  const started = { runId: 'r', startedAt: 't', api: 'a', model: 'm', version: '1' } as RunStarted;
  expect(renderReplayHead(started)).toHaveLength(1);
  const [, formulas, difference] = renderReplayHead(started, allDefinitions.aiperf);
  expect(formulas).toMatch(/^Figures by the formulas of AIPerf/);
  expect(difference).toMatch(/^- Ramp and drain/);
});
