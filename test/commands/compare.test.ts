import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../../src/commands/commandLine.ts';
import { verbs } from '../../src/commands/verbs.ts';
import { packBatch } from '../../src/events/codec.ts';
import type { JsonValue } from '../../src/events/events.ts';
import { createLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { parameters } from '../simulator/parameters.ts';
import { simulatedRun } from '../simulator/simulatedLevel.ts';
import { createHeardTerminal } from './heardTerminal.ts';

const load = { requestsPerClient: 64, promptTokens: 64, outputTokens: 24 };
const usual = parameters({ step_jitter: 0.1 });
const slower = parameters({ ...usual, step_base_ms: 6.9, step_per_seq_ms: 0.29, step_per_prefill_token_ms: 0.023 });

const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
const [before, equal, slow, other] = ['before', 'equal', 'slow', 'other'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];

async function record(place: string, events: ReturnType<typeof simulatedRun>): Promise<void> {
  const file = createLmdbLog(join(place, 'log.mdb'));
  for (let index = 0; index < events.length; index += 500) {
    await file.append(packBatch(events.slice(index, index + 500).map(({ seq, ...event }) => event)));
  }
  await file.close();
}

beforeAll(async () => {
  await record(before, simulatedRun(usual, [4, 8], { ...load, seed: 1 }));
  await record(equal, simulatedRun(usual, [8, 16], { ...load, seed: 2 }));
  await record(slow, simulatedRun(slower, [4, 8], { ...load, seed: 3 }));
  await record(other, simulatedRun(usual, [4, 8], { ...load, promptTokens: 65, seed: 4 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function compare(...argv: readonly string[]) {
  const { terminal, heard } = createHeardTerminal();
  const code = await runCommandLine(['compare', ...argv], verbs, terminal);
  const { stdout: out, stderr: error } = heard();
  return { code, out, error };
}

test('a slower server is said to be slower, load by load', async () => {
  const { code, out } = await compare(before, slow);
  expect(code).toBe(0);
  expect(out).toMatch(/B against A: faster in 0, slower in \d+ of \d+ figures/);
  expect(out).toMatch(/4 clients · prompts 64 → 24 tokens · streamed/);
  expect(out).toMatch(/tokens\/s .* 0\.8\d\d .*slower/);
  expect(out).toMatch(/step_base_ms +A 6 +B 6\.9/);
});

test('a run held against itself is told to be the same', async () => {
  const { code, out } = await compare(before, before);
  expect(code).toBe(0);
  expect(out).toContain('B is the same run as A: no difference can be found.');
  expect((await compare(before, equal)).out).not.toContain('is the same run');
});

test('loads that only one of the runs has are named', async () => {
  const { out } = await compare(before, equal);
  expect(out).toContain('Only A has 4 clients (prompts 64 → 24).');
  expect(out).toContain('Only B has 16 clients (prompts 64 → 24).');
});

test('JSON has every figure of every level, against the first run', async () => {
  const { out } = await compare(before, equal, slow, '--format', 'json', '--fail_if', 'p95(e2e) worse by 50%');
  const { runs, comparisons } = JSON.parse(out);
  expect(runs.map(({ name }: { name: string }) => name)).toEqual(['A', 'B', 'C']);
  expect(comparisons).toHaveLength(2);
  const [level] = comparisons[1].levels;
  expect(level.figures.map(({ figure }: { figure: string }) => figure)).toContain('p95(e2e)');
  const tpot = level.figures.find(({ figure }: { figure: string }) => figure === 'mean(tpot)');
  expect(tpot).toMatchObject({ unit: 'ms', verdict: 'slower' });
  expect(tpot.ratio).toBeCloseTo(tpot.after / tpot.before, 12);
  expect(comparisons[1].regressions[0]).toMatchObject({ failIf: 'p95(e2e) worse by 50%', clients: 4, status: 'kept' });
});

test('the same logs and the same seed give the same answer, to the last bit', async () => {
  const once = await compare(before, slow, '--format', 'json', '--seed', '7');
  expect(await compare(before, slow, '--format', 'json', '--seed', '7')).toEqual(once);
});

test.each([
  ['html', /^<!doctype html>[\s\S]*slower in \d+ of[\s\S]*Options that differ/],
  ['svg', /^<svg [\s\S]*A simulated-1, mean<[\s\S]*B simulated-3, mean</],
  ['md', /\| B against A \| A \| B \| difference \| ratio \| 95 % interval \| verdict \|/],
] as const)('%s goes to standard output, where that is no terminal', async (format, expected) => {
  const { code, out } = await compare(before, slow, '--format', format);
  expect(code).toBe(0);
  expect(out).toMatch(expected);
});

test('the overlaid curve goes into the file that is named', async () => {
  const file = join(folder, 'curve.png');
  const { code, out, error } = await compare(before, slow, '--format', 'png', '--to', file);
  expect({ code, out, error }).toEqual({ code: 0, out: '', error: `Wrote ${file}\n` });
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
});

test('a gate ends with 3 where a figure got worse than it may, and with 0 where it did not', async () => {
  const gate = ['--fail_if', 'mean(tpot) worse by 5%', 'output_tokens_per_s worse by 50%'];
  const failed = await compare(before, slow, ...gate);
  expect(failed.code).toBe(3);
  expect(failed.error).toContain('failed: B: mean(tpot) worse by 5% with 4 and 8 clients');
  expect(failed.out).toMatch(/kept: output_tokens_per_s worse by 50%, B with 4 clients: 1\d % worse/);
  expect((await compare(before, equal, ...gate)).code).toBe(0);
  expect((await compare(before, slow, '--fail_if', 'mean(tpot) worse by 50%')).code).toBe(0);
});

test('a gate without a verdict ends with 3, unless that is allowed', async () => {
  const gate = ['--fail_if', 'p99(ttft) worse by 5%', '--at_clients', '4'];
  const { code, error } = await compare(before, slow, ...gate);
  expect(code).toBe(3);
  expect(error).toContain('no verdict: B: p99(ttft) worse by 5% with 4 clients');
  expect((await compare(before, slow, ...gate, '--allow_unknown')).code).toBe(0);
});

test('bad input is refused with what was expected', async () => {
  const refused = async (words: readonly string[], problem: string) => {
    const { code, out, error } = await compare(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain(problem);
  };
  await refused([before], 'expected 2 to 26 logs, got 1');
  await refused([before, join(folder, 'gone')], 'there is no log');
  await refused([before, other], 'the runs share no load under the same prompts');
  await refused([before, slow, '--fail_if', 'p99(ttft) < 5%'], 'column 11: expected worse by');
});

/** A run that was given these options. */
async function recordWith(name: string, options: Readonly<Record<string, JsonValue>>): Promise<string> {
  const place = join(folder, name);
  const events = simulatedRun(usual, [2], { ...load, requestsPerClient: 4, seed: 1 });
  await record(
    place,
    events.map((event) =>
      event.type === 'run.started' || event.type === 'sweep.started'
        ? { ...event, options: { ...event.options, ...options } }
        : event,
    ),
  );
  return place;
}

test.each<[string, JsonValue, JsonValue]>([
  ['dataset', 'a.jsonl', 'b.jsonl'],
  ['dataset_rows', 60, 10_000],
  ['dataset_sampling', 'in_order', 'without_replacement'],
  ['dataset_prompt_tokens', '1..9', '1..10'],
  ['dataset_output_tokens', '1..9', '1..10'],
  ['turns', 'all', 'first'],
  ['history', 'real', 'recorded'],
  ['prompt_text_source', 'a.txt', 'b.txt'],
  ['max_prompt_length', 80, 90],
  ['prefix_tokens', 0, 16],
  ['length_pairs', 'a.csv', 'b.csv'],
  ['trace_window', '0..9', '9..18'],
])('prompts of another %s are not the same, and the refusal names it alone', async (name, one, other) => {
  const places = await Promise.all([
    recordWith(`${name}-one`, { [name]: one, max_in_flight: 8 }),
    recordWith(`${name}-other`, { [name]: other, max_in_flight: 9 }),
  ]);
  const { code, error } = await compare(...places);
  expect(code).toBe(2);
  expect(error.replaceAll(/\s+/g, ' ')).toContain(`They differ in ${name} (${String(one)} / ${String(other)}).`);
});

test('a refusal names what makes the loads', async () => {
  const { error } = await compare(
    before,
    await recordWith('rates', { request_rate: [1, 2], max_in_flight: 8, turns: 'first' }),
  );
  expect(error.replaceAll(/\s+/g, ' ')).toContain('They differ in request_rate (- / 1 2), turns (- / first).');
});

test('a load that the runs do not share cannot decide', async () => {
  const { code, error } = await compare(before, slow, '--fail_if', 'mean(e2e) worse by 5%', '--at_clients', '5');
  expect(code).toBe(2);
  expect(error).toContain('the runs do not share 5 clients');
});
