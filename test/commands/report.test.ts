import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../src/commands/commandLine.ts';
import { readWindow } from '../../src/commands/loadReport.ts';
import { verbs } from '../../src/commands/verbs.ts';
import { createHeardTerminal } from './heardTerminal.ts';
import { recordedLog as log, recordedRun, temporaryFolder, whole } from './recordedRun.ts';

async function report(...argv: readonly string[]) {
  const { terminal, heard } = createHeardTerminal();
  const code = await runCommandLine(['report', ...argv], verbs, terminal);
  const { stdout: out, stderr: error } = heard();
  return { code, out, error };
}

test('the newest run is reported as the live run ended', async () => {
  const results = await recordedRun();
  const { code, out } = await report('latest', '--result_dir', results, '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(whole.summary)));
});

test.each([
  ['text', /clients {3}req\/s/],
  ['html', /^<!doctype html>[\s\S]*The log gives the figures of the live run again/],
  ['svg', /^<svg /],
  ['csv', /^run,sweep,level/],
  ['md', /\| clients \| requests\/s \|/],
] as const)('%s goes to standard output, where that is no terminal', async (format, expected) => {
  const results = await recordedRun();
  const { code, out } = await report(join(results, 'runs', '20260101-000000-000aa'), '--format', format);
  expect(code).toBe(0);
  expect(out).toMatch(expected);
});

test('a report goes into the file that is named', async () => {
  const results = await recordedRun();
  const file = join(results, 'curve.png');
  const { code, out, error } = await report('latest', '--result_dir', results, '--format', 'png', '--to', file);
  expect({ code, out, error }).toEqual({ code: 0, out: '', error: `Wrote ${file}\n` });
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

test('a log whose figures are not those of the live run says so', async () => {
  const results = await recordedRun(log, 'another');
  const { out } = await report('latest', '--result_dir', results, '--format', 'html');
  expect(out).toContain('other figures than the live run saw');
});

test('several logs make one picture, and a JSON list', async () => {
  const results = await recordedRun();
  const run = join(results, 'runs', '20260101-000000-000aa');
  const { out } = await report(run, join(run, 'log.mdb'), '--format', 'json');
  expect(JSON.parse(out)).toHaveLength(2);
  expect((await report(run, run, '--format', 'svg')).out).toContain(', mean<');
});

test('objectives that are met end with 0, one that is missed with 3', async () => {
  const results = await recordedRun();
  const at = ['latest', '--result_dir', results];
  const met = await report(...at, '--objective', 'p50(e2e) < 10s', 'error_ratio < 1%');
  expect(met.code).toBe(0);
  expect(met.out).toContain('Largest load that keeps the objectives: 4 clients.');
  const missed = await report(...at, '--objective', 'p50(e2e) < 10s', '--objective', 'p50(ttft) < 1ms');
  expect(missed.code).toBe(3);
  expect(missed.error).toContain('missed: p50(ttft) < 1ms with 1, 2 and 4 clients');
});

test('too few requests for a verdict end with 3, unless that is allowed', async () => {
  const results = await recordedRun();
  const asked = ['latest', '--result_dir', results, '--objective', 'p99(e2e) < 10s'];
  const { code, error } = await report(...asked);
  expect(code).toBe(3);
  expect(error).toContain('no verdict: p99(e2e) < 10s with 1, 2 and 4 clients');
  expect((await report(...asked, '--allow_unknown')).code).toBe(0);
});

test('only the loads that are named decide', async () => {
  const results = await recordedRun();
  const at = ['latest', '--result_dir', results, '--objective', 'requests_per_s > 20'];
  const rates = whole.summary.levels.map(({ steady }) => steady?.requestsPerSec ?? 0);
  expect(rates[0]).toBeLessThan(20);
  expect(rates[2]).toBeGreaterThan(20);
  expect((await report(...at)).code).toBe(3);
  expect((await report(...at, '--at_clients', '4')).code).toBe(0);
  const { code, error } = await report(...at, '--at_clients', '5');
  expect(code).toBe(2);
  expect(error).toContain('no level has 5 clients');
});

test('another window gives other figures, and says which', async () => {
  const results = await recordedRun();
  const at = ['latest', '--result_dir', results];
  const { out } = await report(...at, '--window', '0..0.5');
  expect(out).toContain('Figures: 0 s to 0.5 s of each level');
  const json = JSON.parse((await report(...at, '--window', '0..0.5', '--format', 'json')).out);
  expect(json.levels[2].steady.seconds).toBeCloseTo(0.5, 9);
  expect(json.levels[2].e2eMs.count).toBeLessThan(whole.summary.levels[2]?.e2eMs.count ?? 0);
});

test.each([
  ['steady', 'steady'],
  ['all', 'all'],
  ['10..60', { fromMs: 10_000, toMs: 60_000 }],
  ['0..1.5', { fromMs: 0, toMs: 1500 }],
] as const)('--window %s is read', (text, window) => {
  expect(readWindow(text)).toEqual(window);
});

test('bad input is refused with what was expected', async () => {
  const results = await recordedRun();
  const at = ['latest', '--result_dir', results];
  const refused = async (words: readonly string[], problem: string) => {
    const { code, out, error } = await report(...at, ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain(problem);
  };
  await refused(['--window', 'late'], '--window: expected steady, all or FROM..TO in seconds');
  await refused(['--window', '60..10'], '--window: expected FROM..TO with TO after FROM');
  await refused(['--objective', 'p99(ttft) < 500'], 'column 16: expected a unit');
  await refused(['--percentiles', '101'], '--percentiles: expected a number of % from 0 to 100');
  await refused(['--format', 'svg', '--to', join(results, 'none', 'x.svg')], 'cannot be written');
});

test('a log that is not there, or none, is refused in words', async () => {
  const folder = temporaryFolder();
  expect((await report('latest', '--result_dir', folder)).error).toContain('there is no run below');
  expect((await report(join(folder, 'gone'))).error).toContain('there is no log');
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'run', 'log.mdb'), 'no log at all');
  const { code, error } = await report(join(folder, 'run'));
  expect(code).toBe(2);
  expect(error).toContain('this is no log');
});

test.each([
  ['text', /Figures by the formulas of vllm bench serve [\d.]+, not by ours:\n- Ramp and drain/],
  ['md', /Figures by the formulas of vllm bench serve [\s\S]*\n- TPOT takes the first chunk for one token/],
  ['html', /Figures by the formulas of vllm bench serve [\s\S]*TPOT, time per output token, by vllm bench serve/],
  ['csv', /^run,definitions,/],
  ['svg', /by the formulas of vllm bench serve/],
] as const)('the head of a report as %s says whose formulas it goes by', async (format, expected) => {
  const results = await recordedRun();
  const { code, out } = await report('latest', '--result_dir', results, '--definitions', 'vllm', '--format', format);
  expect(code).toBe(0);
  expect(out).toMatch(expected);
});

test('objectives are held against figures by the same formulas', async () => {
  const results = await recordedRun();
  const asked = [
    'latest',
    '--result_dir',
    results,
    '--format',
    'json',
    '--objective',
    'mean(tpot) < 1s',
    '--percentiles',
    '50',
  ];
  const [ours, theirs] = await Promise.all([report(...asked), report(...asked, '--definitions', 'guidellm')]);
  const [one, other] = [JSON.parse(ours.out), JSON.parse(theirs.out)];
  expect(other.objectives[0].value).toBeCloseTo(other.levels[0].tpotMs.mean, 9);
  expect(other.objectives[0].value).toBeGreaterThan(one.objectives[0].value);
  const median = other.percentiles.find(({ figure }: { figure: string }) => figure === 'tpotMs');
  expect(median.valueMs).toBe(other.levels[0].tpotMs.p50);
});

test('a window and the formulas of another tool exclude each other', async () => {
  const results = await recordedRun();
  const { code, error } = await report('latest', '--result_dir', results, '--definitions', 'aiperf', '--window', 'all');
  expect(code).toBe(2);
  expect(error).toContain('--window all: the formulas of aiperf look at whole levels');
});
