import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LevelSummary } from '../../src/metrics/levelSummary.ts';
import { saturation } from '../../src/metrics/saturation.ts';
import { createAxis } from '../../src/reports/axis.ts';
import { renderCurve } from '../../src/reports/curveText.ts';
import type { TextStyle } from '../../src/reports/textStyle.ts';
import { ascii, expectGolden, narrow, wide } from './golden.ts';
import { type MadeUpServer, madeUpLevel, spread } from './madeUpRun.ts';

const defaults = [1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32];
const doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const small: MadeUpServer = { slots: 16, stepMs: 7.8, perSequenceMs: 0.3 };
const large: MadeUpServer = { slots: 256, stepMs: 7.8, perSequenceMs: 0.1 };
const flat: MadeUpServer = { slots: 1000, stepMs: 8, perSequenceMs: 0 };
const single: MadeUpServer = { slots: 1, stepMs: 8, perSequenceMs: 0 };

function curve(loads: readonly number[], server: MadeUpServer, style: TextStyle): readonly string[] {
  const levels = loads.map((clients, level) => madeUpLevel(clients, server, level));
  return renderCurve(levels, saturation(levels), style);
}

test.each([
  ['one-point', [8], small],
  ['two-points', [1, 2], small],
  ['eleven-points', defaults, small],
  ['wide-range', doubling, large],
  ['flat', [1, 2, 4, 8, 16, 32], flat],
  ['steep', [1, 2, 4, 8, 16, 32, 64], single],
])('the curve %s is drawn as kept, narrow, wide and in ASCII', async (name, loads, server) => {
  await expectGolden(curve(loads, server, narrow), `curve-${name}-80`, narrow);
  await expectGolden(curve(loads, server, wide), `curve-${name}-120`, wide);
  await expectGolden(curve(loads, server, ascii), `curve-${name}-ascii`, ascii);
});

test('throughput is in requests where tokens are not known of every level', () => {
  const [one, two] = [madeUpLevel(1), madeUpLevel(2)];
  const { outputTokensPerSec: _, ...unknown } = one.steady ?? expect.fail('no steady stretch');
  expect(renderCurve([one, two], undefined, narrow).join('\n')).toContain('tok/s');
  expect(renderCurve([{ ...one, steady: unknown }, two], undefined, narrow).join('\n')).toContain('req/s');
});

test('levels that tell nothing are left out, and without any other there is no curve', () => {
  const failed: LevelSummary = { ...madeUpLevel(4), status: 'failed' };
  expect(renderCurve([failed], undefined, narrow)).toEqual([]);
  expect(renderCurve([madeUpLevel(1), failed, madeUpLevel(8)], undefined, narrow).join('')).not.toMatch(
    / 4(?!\d| s|00)/,
  );
});

/** Levels of any throughput and latency, as a troubled server might give them. */
const anyLevels = fc
  .uniqueArray(
    fc.record({
      clients: fc.integer({ min: 1, max: 4096 }),
      requestsPerSec: fc.double({ min: 0.01, max: 5000, noNaN: true }),
      e2eMs: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
    }),
    { minLength: 1, maxLength: 14, selector: ({ clients }) => clients },
  )
  .map((points) =>
    points
      .sort((one, other) => one.clients - other.clients)
      .map(({ clients, requestsPerSec, e2eMs }, number): LevelSummary => {
        const level = madeUpLevel(clients, small, number);
        const steady = { seconds: 1e7, requestsPerSec, completedPerSec: requestsPerSec, inputTokensPerSec: 0 };
        return { ...level, steady, e2eMs: spread(e2eMs, level.requests.completed) };
      }),
  );

/** The loads named in a drawing, as ranges; what stands left of the axis belongs to the scale. */
function namedLoads(lines: readonly string[]): readonly (readonly [from: number, to: number])[] {
  const drawing = lines.filter((line) => /[│┤|+]/.test(line) && !line.includes('req/s'));
  const labels = drawing.map((line) => line.replace(/^.*?[│┤|+]/, '')).join('\n');
  const ungrouped = labels.replace(/(\d) (?=\d{3}(?!\d))/g, '$1');
  return [...ungrouped.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, from, to]) => [Number(from), Number(to ?? from)]);
}

test('a client-limited level is drawn, but not one that is too short as well', () => {
  const limited: LevelSummary = { ...madeUpLevel(4), generator: { verdict: 'clientLimited' } };
  const short: LevelSummary = { ...limited, littleRatio: 0.5 };
  expect(renderCurve([limited], undefined, narrow)).not.toEqual([]);
  expect(renderCurve([short], undefined, narrow)).toEqual([]);
});

test('every load is named in the curve, alone or in a range, whatever the curve', () => {
  fc.assert(
    fc.property(anyLevels, fc.constantFrom(narrow, wide, ascii), (levels, style) => {
      const lines = renderCurve(levels, saturation(levels), style);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(style.columns);
      const named = namedLoads(lines);
      const unnamed = levels.filter(({ clients }) => !named.some(([from, to]) => from <= clients && clients <= to));
      expect(
        unnamed.map(({ clients }) => clients),
        lines.join('\n'),
      ).toEqual([]);
    }),
  );
});

test('an axis has round ticks within its values, not more than asked, and reaches the largest value', () => {
  const anyValues = fc.array(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(anyValues, fc.integer({ min: 3, max: 10 }), (values, mostTicks) => {
      const axis = createAxis(values, mostTicks);
      expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
      expect(axis.ticks.length).toBeLessThanOrEqual(mostTicks);
      expect(axis.place(Math.max(...values))).toBeCloseTo(1, 9);
      for (const value of [...values, ...axis.ticks]) {
        expect(axis.place(value)).toBeGreaterThanOrEqual(0);
        expect(axis.place(value)).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});
