import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paperTheme } from '../../../src/reports/charts/chartTheme.ts';
import { drawReportPicture, type PictureChoice } from '../../../src/reports/charts/picture.ts';
import { plotAxis } from '../../../src/reports/charts/plotAxis.ts';
import { standLabels } from '../../../src/reports/charts/plotLabels.ts';
import { renderPng } from '../../../src/reports/charts/png.ts';
import { element, textWidth } from '../../../src/reports/charts/svg.ts';
import { foldedReport, madeUpReport } from '../madeUpReport.ts';
import { madeUpLevel, madeUpRun } from '../madeUpRun.ts';

const levels = [1, 2, 4, 8, 16, 32].map((clients, level) => madeUpLevel(clients, undefined, level));
const saturated = madeUpReport(madeUpRun(levels));
const curve: PictureChoice = { picture: 'curve', latency: 'e2e', throughput: 'tokens', width: 760 };

test('the curve of a saturated sweep looks as it did when somebody looked at it', async () => {
  await expect(drawReportPicture([saturated], curve)).toMatchFileSnapshot('../golden/curve.svg');
});

test('curves of two runs lie over each other', async () => {
  const other = [1, 2, 4, 8].map((clients, level) =>
    madeUpLevel(clients, { slots: 4, stepMs: 12, perSequenceMs: 0.5 }, level),
  );
  const runs = [
    { ...saturated, label: 'run A' },
    { ...madeUpReport(madeUpRun(other)), label: 'run B' },
  ];
  const svg = drawReportPicture(runs, curve);
  expect(svg).toContain('>run A, mean<');
  expect(svg).toContain('>run B, p99<');
  await expect(svg).toMatchFileSnapshot('../golden/curve-two-runs.svg');
});

test.each(['load', 'distributions', 'timeline'] as const)('%s is drawn from what the log gives', (picture) => {
  const svg = drawReportPicture([foldedReport({ seed: 2 }, [1, 2, 4])], { ...curve, picture });
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test('levels without the figures make no picture', () => {
  const unstreamed = levels.map((level) => ({ ...level, ttftMs: { count: 0, undefinedCount: 0 } }));
  const run = madeUpReport(madeUpRun(unstreamed));
  expect(() => drawReportPicture([run], { ...curve, latency: 'ttft' })).toThrow('no level has the figures');
});

test('hollow points have one entry in the legend, whatever the reasons for them', () => {
  const limited = levels.with(0, { ...madeUpLevel(1), generator: { verdict: 'clientLimited', reason: 'CPU 95 %' } });
  const svg = drawReportPicture([madeUpReport(madeUpRun(limited))], curve);
  expect(svg).toContain('>p99 of fewer than 459 requests, or the load generator was the limit<');
});

test('where tokens were not counted, throughput is that of requests', () => {
  const chunked = levels.map((level) => {
    const { outputTokensPerSec, ...steady } = level.steady ?? {
      seconds: 1,
      requestsPerSec: 1,
      completedPerSec: 1,
      inputTokensPerSec: 0,
    };
    return { ...level, steady };
  });
  expect(drawReportPicture([madeUpReport(madeUpRun(chunked))], curve)).toContain('Throughput (requests/s)');
});

/** The texts of a picture and the boxes that they take. */
function textsOf(svg: string) {
  return [...svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)"([^>]*)>([^<]*)</g)].map(
    ([, x, y, more = '', text = '']) => {
      const width = textWidth(text, 12) * 0.9;
      const left = more.includes('end')
        ? Number(x) - width
        : more.includes('middle')
          ? Number(x) - width / 2
          : Number(x);
      return { text, left, right: left + width, top: Number(y) - 9, bottom: Number(y) };
    },
  );
}

test('no text of a curve lies over another', () => {
  const server = fc.record({
    slots: fc.integer({ min: 1, max: 128 }),
    stepMs: fc.double({ min: 1, max: 100, noNaN: true }),
    perSequenceMs: fc.double({ min: 0.01, max: 5, noNaN: true }),
  });
  const loads = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(server, loads, fc.constantFrom(360, 760), (made, clients, width) => {
      const run = madeUpReport(
        madeUpRun(clients.toSorted((a, b) => a - b).map((one, level) => madeUpLevel(one, made, level))),
      );
      const texts = textsOf(drawReportPicture([run], { ...curve, width }));
      for (const [index, one] of texts.entries()) {
        for (const other of texts.slice(index + 1)) {
          const isOver =
            one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
          expect(isOver, `${one.text} over ${other.text}`).toBe(false);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('an axis places its ticks within itself, in order', () => {
  const values = fc.array(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.constantFrom(12, Number.POSITIVE_INFINITY), (all, widestLinear) => {
      const axis = plotAxis(all, { label: '', range: [10, 500], mostTicks: 6, widestLinear });
      const places = axis.ticks.map(({ at }) => at);
      expect(places.toSorted((one, other) => one - other)).toEqual(places);
      for (const at of [...places, ...axis.minor, ...all.map((value) => axis.place(value))]) {
        expect(at).toBeGreaterThanOrEqual(10 - 1e-6);
        expect(at).toBeLessThanOrEqual(500 + 1e-6);
      }
    }),
  );
});

test('a label that finds no place is left out', () => {
  const wanted = Array.from({ length: 40 }, (_, index) => ({
    x: 50,
    y: 50,
    text: String(100 + index),
    weight: index,
    colour: '',
  }));
  const standing = standLabels(wanted, [[[50, 50]]], { left: 0, right: 100, top: 0, bottom: 100 });
  expect(standing.length).toBeGreaterThan(0);
  expect(standing.length).toBeLessThan(12);
  expect(standing[0]?.text).toBe('139');
});

test('the label of the saturation point stands away from it, with a line to it, where there is no place beside it', () => {
  const around = [-30, -15, 0, 15, 30];
  const crowd = around.flatMap((dx) => around.map((dy) => [200 + dx, 100 + dy] as const));
  const wanted = [{ x: 200, y: 100, text: 'saturated', weight: Number.POSITIVE_INFINITY, colour: '' }];
  const [label] = standLabels(wanted, [crowd], { left: 0, right: 400, top: 0, bottom: 200 });
  expect(label?.text).toBe('saturated');
  const [[fromX, fromY], [toX, toY]] = label?.leader ?? [[], []];
  expect(Math.hypot(Number(fromX) - 200, Number(fromY) - 100)).toBeCloseTo(9);
  expect(Math.hypot(Number(toX) - 200, Number(toY) - 100)).toBeGreaterThan(20);
});

test('text in a picture cannot become markup', () => {
  expect(element('text', { 'aria-label': '"><script>' })).toBe('<text aria-label="&quot;&gt;&lt;script&gt;"/>');
  const [level] = levels;
  const label = '<script>alert(1)</script>';
  const runs = [
    { ...saturated, label },
    { ...madeUpReport(madeUpRun(level === undefined ? [] : [level])), label },
  ];
  expect(drawReportPicture(runs, curve)).not.toContain('<script');
});

test('PNG has twice the pixels of the picture', async () => {
  const png = await renderPng(drawReportPicture([saturated], curve));
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(1520);
  expect(png.length).toBeGreaterThan(20_000); // text and all: an empty sheet has a tenth of it
});

test('colours of a paper are the same for everybody', () => {
  expect(paperTheme.series.every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
});
