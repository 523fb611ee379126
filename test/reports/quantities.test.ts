import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatClients,
  formatCount,
  formatCountdown,
  formatDuration,
  formatList,
  formatNumber,
  formatPercent,
  formatTokens,
  trimZeros,
} from '../../src/reports/quantities.ts';

test.each([
  [undefined, '-'],
  [Number.NaN, '-'],
  [Number.POSITIVE_INFINITY, '-'],
  [0, '0'],
  [-0, '0'],
  [1e-9, '<0.001'],
  [-1e-9, '0'],
  [0.0123, '0.012'],
  [0.553, '0.55'],
  [1.814, '1.81'],
  [9.996, '10.0'],
  [19.62, '19.6'],
  [99.96, '100'],
  [794.4, '794'],
  [999.6, '1 000'],
  [1254.3, '1 254'],
  [9999.4, '9 999'],
  [9999.6, '10.0k'],
  [12_540, '12.5k'],
  [999_600, '1.00M'],
  [1.254e9, '1.25G'],
  [-3.2, '-3.20'],
])('the number %d reads %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [undefined, '-'],
  [-0.00001, '0 ms'],
  [0, '0 ms'],
  [0.012, '0.01 ms'],
  [0.55, '0.55 ms'],
  [8.12, '8.12 ms'],
  [42.06, '42.1 ms'],
  [790, '790 ms'],
  [999.6, '1.00 s'],
  [1624, '1.62 s'],
  [162_400, '162 s'],
  [1_624_000, '1 624 s'],
  [36_000_000, '10.0 h'],
])('the duration of %d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [undefined, '-'],
  [3.42, '3.4'],
  [9.96, '10'],
  [57.3, '57'],
  [1254.3, '1 254'],
  [12_540, '12.5k'],
])('%d tokens read %s', (value, text) => {
  expect(formatTokens(value)).toBe(text);
});

test.each([
  [0, '0 %'],
  [-0, '0 %'],
  [0.021, '2.1 %'],
  [0.05, '5 %'],
  [0.2134, '21 %'],
  [1.7, '170 %'],
  [-0.0001, '0 %'],
  [undefined, '-'],
])('the ratio %d reads %s', (ratio, text) => {
  expect(formatPercent(ratio)).toBe(text);
});

test.each([
  [0, '0:00'],
  [41_400, '0:41'],
  [725_000, '12:05'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%d ms left read %s', (ms, text) => {
  expect(formatCountdown(ms)).toBe(text);
});

test('clients are counted as one would', () => {
  expect([formatClients(1), formatClients(16), formatClients(1, 2, 2, 4)]).toEqual([
    '1 client',
    '16 clients',
    '1, 2 and 4 clients',
  ]);
});

test('counts are whole, and lists are said as one would', () => {
  expect([0, 7, 1234, 12_500, undefined].map(formatCount)).toEqual(['0', '7', '1 234', '12.5k', '-']);
  expect([[], [1], [1, 2], [1, 2, 4]].map(formatList)).toEqual(['', '1', '1 and 2', '1, 2 and 4']);
  expect(['1.50 s', '2.00', '100 ms', '10', '2.50k'].map(trimZeros)).toEqual(['1.5 s', '2', '100 ms', '10', '2.5k']);
});

test('any number has at most four digits and is true to half a per cent', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 1e15, noNaN: true }), (value) => {
      const text = formatNumber(value);
      expect(text.replace(/\D/g, '').length).toBeLessThanOrEqual(4);
      const scale = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[text.at(-1) ?? ''] ?? 1;
      const read = Number(text.replace(/[ kMGT]/g, '')) * scale;
      expect(Math.abs(read / value - 1)).toBeLessThan(value < 1 ? 0.051 : 0.0051);
    }),
  );
});

test('no figure is ever written as the machine would', () => {
  const formats = [formatNumber, formatTokens, formatCount, formatDuration, formatPercent];
  fc.assert(
    fc.property(fc.option(fc.double(), { nil: undefined }), fc.constantFrom(...formats), (value, format) => {
      expect(format(value)).not.toMatch(/NaN|undefined|Infinity|^-0(?![.\d])/);
    }),
  );
});
