import fc from 'fast-check';
import { from, lastValueFrom, map, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { forAtLeast } from '../../src/library/forAtLeast.ts';
import { type TimeWindow, windowByEventTime } from '../../src/library/windowByEventTime.ts';
import { meanOf, percentile, throughput } from '../../src/library/windowStatistics.ts';

const at = (...stamps: readonly number[]) => stamps.map((atMs) => ({ atMs }));

function windowsOf(values: readonly { readonly atMs: number }[], widthMs: number) {
  return lastValueFrom(from(values).pipe(windowByEventTime(widthMs), toArray()), { defaultValue: [] });
}

test('windows begin with the first value, lie side by side, and end with the source', async () => {
  const windows = await windowsOf(at(1100, 1900, 2000, 4500), 1000);
  expect(windows.map(({ fromMs, toMs, values }) => [fromMs, toMs, values.map(({ atMs }) => atMs)])).toEqual([
    [1000, 2000, [1100, 1900]],
    [2000, 3000, [2000]],
    [3000, 4000, []],
    [4000, 5000, [4500]],
  ]);
});

test('nothing makes no window', async () => {
  expect(await windowsOf([], 1000)).toEqual([]);
});

test('every value is in exactly one window, late ones too, and in the order in which it came', async () => {
  const stamps = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(stamps, fc.integer({ min: 50, max: 2000 }), async (given, widthMs) => {
      const windows = await windowsOf(at(...given), widthMs);
      expect(windows.flatMap(({ values }) => values.map(({ atMs }) => atMs))).toEqual(given);
      for (const [index, { fromMs }] of windows.entries()) {
        if (index > 0) expect(fromMs).toBe(windows[index - 1]?.toMs);
      }
    }),
  );
});

test('a width of nothing is refused', () => {
  expect(() => windowByEventTime(0)).toThrow('widthMs: expected a number above 0, got 0');
});

const window = (...values: readonly (number | undefined)[]): TimeWindow<{ readonly ms: number | undefined }> => ({
  fromMs: 0,
  toMs: 2000,
  values: values.map((ms) => ({ ms })),
});
const ms = (value: { readonly ms: number | undefined }) => value.ms;

test.each([
  ['values', window(1, 2, 6), { rate: 1.5, mean: 3, median: 2 }],
  ['values of which some lack the figure', window(1, undefined, 3), { rate: 1.5, mean: 2, median: 2 }],
  ['no values', window(), { rate: 0, mean: undefined, median: undefined }],
])('figures of a window with %s', (_, given, expected) => {
  const figures = { rate: throughput(given), mean: meanOf(ms)(given), median: percentile(0.5, ms)(given) };
  expect(figures).toEqual(expected);
});

test('a percentile above 1 is refused', () => {
  expect(() => percentile(99, ms)).toThrow('share: expected 0 to 1, got 99');
});

test.each([
  ['held long enough', [true, true, true, true], [2]],
  ['broken in between, then said again', [true, true, true, false, true, true, true], [2, 6]],
  ['broken by what is unknown', [true, true, undefined, true, true], []],
  ['never known', [undefined, undefined, undefined], []],
])('a condition that is %s', async (_, holds, expected) => {
  const said$ = from(holds.map((held, second) => ({ held, second }))).pipe(
    forAtLeast(
      2000,
      ({ held }) => held,
      ({ second }) => second * 1000,
    ),
    map(({ second }) => second),
    toArray(),
  );
  expect(await lastValueFrom(said$)).toEqual(expected);
});
