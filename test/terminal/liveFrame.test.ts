import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextStyle } from '../../src/reports/textStyle.ts';
import { LiveFold } from '../../src/terminal/liveFold.ts';
import { type FrameFacts, renderFrame } from '../../src/terminal/liveFrame.ts';
import type { LiveView } from '../../src/terminal/liveView.ts';
import { runLog } from '../metrics/runLog.ts';
import { ascii, narrow } from '../reports/golden.ts';
import { analysedItems, liveOptions } from './playedRun.ts';

const keys = [
  { key: 'q', name: 'end', does: 'ends the run' },
  { key: '?', name: 'help', does: 'shows this' },
];
const facts: FrameFacts = { nowMs: 0, levels: 3, status: undefined, isPaused: false, keys, isHelp: false };

/** The middle of the third level. */
const view = viewOfPart({ seed: 5, planned: 300, meanGapMs: 25 });
const ailing = viewOfPart({ seed: 5, planned: 300, meanGapMs: 25, failureRatio: 0.4, emptyRatio: 0.1 });

test.each([
  ['80x24', view, { ...narrow }, 24],
  ['200x50', view, { ...narrow, columns: 200 }, 50],
  ['60x16', view, { ...narrow, columns: 60 }, 16],
  ['80x24-ascii', view, ascii, 24],
  ['80x24-failures', ailing, narrow, 24],
] as const)(
  'a frame of %s shows the level, its figures and the curve as far as there is room',
  async (name, shown, style, rows) => {
    const lines = renderFrame(shown, { ...facts, nowMs: shown.latestMs }, style, rows);
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(style.columns);
    if (!style.unicode) expect(lines.join('')).toMatch(/^[ -~]*$/);
    await expect(`${lines.map((line) => line.trimEnd()).join('\n')}\n`).toMatchFileSnapshot(`golden/frame-${name}.txt`);
  },
);

test('no frame is larger than the terminal, whatever its size', () => {
  const sizes = fc.record({ columns: fc.integer({ min: 1, max: 260 }), rows: fc.integer({ min: 1, max: 90 }) });
  const looks = fc.record({ isHelp: fc.boolean(), unicode: fc.boolean(), isPaused: fc.boolean() });
  fc.assert(
    fc.property(sizes, looks, fc.constantFrom(view, ailing, emptyView()), ({ columns, rows }, look, shown) => {
      const style: TextStyle = { columns, unicode: look.unicode, color: true };
      const lines = renderFrame(shown, { ...facts, ...look }, style, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(withoutColour(line).length).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 200 },
  );
});

test('colour only repeats what the words say', () => {
  const coloured = renderFrame(ailing, facts, { ...narrow, color: true }, 24);
  expect(coloured.join('')).toContain('\u001b[31m');
  expect(coloured.map(withoutColour)).toEqual([...renderFrame(ailing, facts, narrow, 24)]);
});

test('before the first level it says what goes on', () => {
  const [, , , note] = renderFrame(emptyView(), { ...facts, status: 'waiting for the server' }, narrow, 24);
  expect(note).toContain('waiting for the server');
});

test('a generator that is the limit says so, and why', () => {
  const level = view.level ?? expect.fail('no level');
  const generator = { verdict: 'clientLimited', cpuRatio: 0.97, reason: 'a worker used 97.0 % of a core' } as const;
  const text = renderFrame({ ...view, level: { ...level, generator } }, facts, narrow, 24).join('\n');
  expect(text).toContain('THE LIMIT');
  expect(text).toContain('a worker used 97.0 % of a core');
});

function emptyView(): LiveView {
  return new LiveFold(liveOptions).view();
}

function viewOfPart(history: Parameters<typeof runLog>[0]): LiveView {
  const events = runLog(history, [2, 4, 8]);
  const begin = events.findLastIndex(({ type }) => type === 'level.started');
  const fold = new LiveFold(liveOptions);
  for (const item of analysedItems(events.slice(0, Math.floor((begin + events.length) / 2)))) fold.add(item);
  return fold.view();
}

function withoutColour(line: string): string {
  return line.replace(/\u001b\[[\d;]*m/g, '');
}
