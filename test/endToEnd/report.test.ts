import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { recordedRun, whole } from '../commands/recordedRun.ts';
import { runInside, temporaryFolder } from './command.ts';

test('a report is text, JSON, a page that needs no network, pictures and tables, as its format says', async () => {
  const resultDir = await recordedRun();
  const folder = temporaryFolder();
  const formats = ['text', 'json', 'html', 'svg', 'png', 'csv', 'md'] as const;
  const files = formats.map((format) => join(folder, `report.${format}`));
  const ended = await Promise.all(
    formats.map((format, index) =>
      runInside(['report', 'latest', '--format', format, '--to', files[index] as string], { resultDir }),
    ),
  );
  expect(ended.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(
    files.map((file) => [0, '', `Wrote ${file}\n`]),
  );
  const [text, json, html, svg, png, csv, md] = files.map((file) => readFileSync(file));
  expect(String(text)).toMatch(/clients +req\/s +tok\/s/);
  expect(JSON.parse(String(json))).toEqual(JSON.parse(JSON.stringify(whole.summary)));
  expect(String(html)).toMatch(/^<!doctype html>/);
  expect(String(html).match(/(?:src|href)="(?!#)[^"]*"|url\((?!#)[^)]*\)|@import/g)).toBeNull();
  expect(String(svg)).toMatch(/^<svg [\s\S]*<\/svg>\n?$/);
  expect(png?.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect(String(csv).trimEnd().split('\n')).toHaveLength(4);
  expect(String(md)).toMatch(/^\| clients \|.*\n\|[ :|-]+\|\n\| 1 \|/m);
});

test('windows and objectives decide on figures and on the exit code', async () => {
  const resultDir = await recordedRun();
  const report = (...words: readonly string[]) => runInside(['report', 'latest', ...words], { resultDir });
  const [kept, missed, unknown, allowed, begun] = await Promise.all([
    report('--objective', 'p50(e2e) < 10s'),
    report('--objective', 'p50(ttft) < 1ms'),
    report('--objective', 'p99(e2e) < 10s'),
    report('--objective', 'p99(e2e) < 10s', '--allow_unknown'),
    report('--window', '0..0.5', '--format', 'json'),
  ]);
  expect([kept, missed, unknown, allowed, begun].map(({ code }) => code)).toEqual([0, 3, 3, 0, 0]);
  expect(missed.stderr).toContain('missed: p50(ttft) < 1ms with 1, 2 and 4 clients');
  expect(unknown.stderr).toContain('no verdict: p99(e2e) < 10s with 1, 2 and 4 clients');
  expect((JSON.parse(begun.stdout) as RunSummary).levels[2]?.steady?.seconds).toBeCloseTo(0.5, 9);
});
