import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { renderTurnTable, turnTables } from '../../src/reports/turnTable.ts';
import { madeUpLevel } from './madeUpRun.ts';

/** A level whose turn n took n times as long and had n hundred tokens. */
function inTurns(clients: number, count: number, completed = 10): LevelSummary {
  const spread = (p50: number) => ({ mean: p50, p50, count: completed, undefinedCount: 0 });
  const turns = Array.from({ length: count }, (_, index) => ({
    turn: index + 1,
    sent: completed,
    completed,
    promptTokens: 100 * (index + 1) * clients,
    ttftMs: spread(10 * clients * (index + 1)),
    e2eMs: spread(100 * clients * (index + 1)),
  }));
  return { ...madeUpLevel(clients), turns };
}

test('latencies stand by load and turn, with the mean length of prompts below', () => {
  const style = { columns: 80, color: false, unicode: true };
  expect(renderTurnTable([inTurns(1, 2), inTurns(2, 3, 30), madeUpLevel(4)], style)).toEqual([
    '  TTFT p50 by the turn of a conversation:',
    '        clients   turn 1   turn 2   turn 3',
    '              1  10.0 ms  20.0 ms        -',
    '              2  20.0 ms  40.0 ms  60.0 ms',
    '  prompt tokens      175      350      600',
  ]);
});

test('a page has the whole times beside, and alone where nothing is streamed; of many turns the first', () => {
  const tables = turnTables([inTurns(1, 9)]);
  expect(tables.map(({ title }) => title)).toEqual([
    'TTFT p50 by the turn of a conversation, the first 7',
    'e2e mean by the turn of a conversation, the first 7',
  ]);
  expect(tables[0]?.head).toHaveLength(8);
  expect(turnTables([{ ...inTurns(1, 2), streaming: false }]).map(({ title }) => title)).toEqual([
    'e2e mean by the turn of a conversation',
  ]);
});

test('where requests stand by themselves there is no such table', () => {
  expect(turnTables([madeUpLevel(1)])).toEqual([]);
});
