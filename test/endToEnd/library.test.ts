import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lastRun, loggedEvents, quick, runInside, summaryOf, temporaryFolder } from './command.ts';
import { runScript } from './runScript.ts';

const examples = fileURLToPath(new URL('../../examples/library', import.meta.url));

test('the examples watch a run, and analyse its log', async () => {
  const folder = temporaryFolder();
  const watched = await runScript(join(examples, 'watch.js'), folder);
  expect(watched).toMatchObject({ code: 0, stderr: '' });
  expect(watched.stdout).toMatch(/^[\d.]+ s: [\d.]+ requests\/s, TTFT [\d.]+ ms, \d in flight$/m);
  expect(watched.stdout).toMatch(/^4 clients: completed$/m);
  const analysed = await runScript(join(examples, 'analyse.js'), folder);
  expect(analysed).toMatchObject({ code: 0, stderr: '' });
  expect(analysed.stdout).toMatch(/^\d+ s: \d+ requests\/s, TTFT mean [\d.]+ ms, p90 [\d.]+ ms$/m);
  expect(analysed.stdout).toMatch(/^2 clients: e2e p50 [\d.]+ ms$/m);
});

test('the example judges a sweep by an objective', async () => {
  const judged = await runScript(join(examples, 'gate.js'), temporaryFolder(), 'mean(ttft) < 0.01ms');
  expect(judged.stderr).toBe('');
  expect(judged.stdout.match(/^\d clients: mean\(ttft\) < 0\.01ms is (missed|unknown .+)$/gm)).toHaveLength(3);
  expect(judged.code).toBe(judged.stdout.includes('missed') ? 3 : 0);
});

test('a sink that throws, and one that blocks, leave the figures and the log whole', async () => {
  const folder = temporaryFolder();
  const sink = (write: string) => `export const createSink = () => ({ name: 'bad', write() { ${write} },
    figure() {}, finish() {} });`;
  writeFileSync(join(folder, 'throws.mjs'), sink('throw new Error("out of ink")'));
  writeFileSync(join(folder, 'blocks.mjs'), sink('for (const end = Date.now() + 30; Date.now() < end; );'));
  const args = [...quick, '--num_clients', '2', '--sink', join(folder, 'throws.mjs'), join(folder, 'blocks.mjs')];
  const { code } = await runInside(args, { resultDir: join(folder, 'results') });
  expect(code).toBe(0);
  const run = lastRun(join(folder, 'results'));
  expect(summaryOf(run).levels.map(({ requests }) => requests.completed)).toEqual([8]);
  expect(summaryOf(run).warnings).toContain('bad: out of ink. The run goes on without it.');
  expect((await loggedEvents(run)).at(-1)).toMatchObject({ type: 'run.finished', exitCode: 0 });
});

test.each([
  ['that is not there', undefined, /--sink .*absent\.js: no such file\n/],
  ['without createSink', 'export const sink = {};', /--sink .*bad\.mjs: has no export named createSink\n/],
  ['that lacks a method', 'export const createSink = () => ({ write() {} });', /bad\.mjs: its sink lacks figure\(\)\n/],
  ['that cannot be made', 'export function createSink() { throw new Error("no ink"); }', /cannot be made \(no ink\)\n/],
])('a sink %s is refused before anything is sent', async (_, code, message) => {
  const folder = temporaryFolder();
  if (code !== undefined) writeFileSync(join(folder, 'bad.mjs'), code);
  const path = join(folder, code === undefined ? 'absent.js' : 'bad.mjs');
  const ended = await runInside([...quick, '--sink', path], { resultDir: join(folder, 'results') });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(message);
});
