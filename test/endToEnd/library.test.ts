import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lastRun, loggedEvents, quick, runCommand, summaryOf, temporaryFolder } from './command.ts';
import { installPacked } from './packed.ts';

const examples = fileURLToPath(new URL('../../examples/library', import.meta.url));

function runScript(path: string, cwd: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [path, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('the examples watch a run, analyse its log, and judge a sweep', async () => {
  const folder = temporaryFolder();
  const watched = await runScript(join(examples, 'watch.js'), folder);
  expect(watched).toMatchObject({ code: 0, stderr: '' });
  expect(watched.stdout).toMatch(/^[\d.]+ s: [\d.]+ requests\/s, TTFT [\d.]+ ms, \d in flight$/m);
  expect(watched.stdout).toMatch(/^4 clients: completed$/m);
  const analysed = await runScript(join(examples, 'analyse.js'), folder);
  expect(analysed).toMatchObject({ code: 0, stderr: '' });
  expect(analysed.stdout).toMatch(/^\d+ s: \d+ requests\/s, TTFT mean [\d.]+ ms, p90 [\d.]+ ms$/m);
  expect(analysed.stdout).toMatch(/^2 clients: e2e p50 [\d.]+ ms$/m);
  const judged = await runScript(join(examples, 'gate.js'), folder, 'mean(ttft) < 0.01ms');
  expect(judged.stderr).toBe('');
  expect(judged.stdout.match(/^\d clients: mean\(ttft\) < 0\.01ms is (missed|unknown .+)$/gm)).toHaveLength(3);
  expect(judged.code).toBe(judged.stdout.includes('missed') ? 3 : 0);
});

/** Prints a digest of each stream of a run, then of its replay. */
const bothWays = `
import { createHash } from 'node:crypto';
import { replay, run, SpeedometerError } from 'deepspeedometer';

function digests(streams) {
  const kinds = ['events$', 'requests$', 'windows$', 'levels$'];
  const hashes = kinds.map((kind) => ({ kind, hash: createHash('sha256'), count: 0, ended: false }));
  for (const one of hashes) {
    streams[one.kind].subscribe({
      next: (value) => { one.hash.update(JSON.stringify(value)); one.count++; },
      complete: () => { one.ended = true; },
    });
  }
  return async () => {
    const { digest, summary, folder } = await streams.report;
    const ends = hashes.map(({ kind, hash, count, ended }) => [kind, count, ended, hash.digest('hex')]);
    return { folder, told: JSON.stringify([ends, digest, summary.levels]), ends };
  };
}

const live = await digests(run({
  num_clients: [1, 3], num_requests_per_client: 4, min_requests: 8, prompt_length: 24, max_new_tokens: 6,
  tokenizer: 'o200k_base', streaming: true,
}))();
const again = await digests(replay(live.folder))();
const refused = await run({ num_client: 1 }).report.catch((error) => error instanceof SpeedometerError && error.code);
console.log(JSON.stringify({ same: live.told === again.told, counts: live.ends.map(([, count]) => count),
  ended: live.ends.every(([, , ended]) => ended), refused }));
`;

test('with the packed package, a replay gives the very streams of its run, and a sink from outside hears both', async () => {
  const { folder, main } = installPacked();
  writeFileSync(join(folder, 'both.js'), bothWays);
  const both = await runScript('both.js', folder);
  expect(both).toMatchObject({ code: 0, stderr: '' });
  const told = JSON.parse(both.stdout) as { readonly counts: readonly number[] };
  expect(told).toMatchObject({ same: true, ended: true, refused: 'usage' });
  expect(told.counts[1]).toBe(24); // 20 measured, 4 to warm up
  expect(told.counts[3]).toBe(2);

  cpSync(join(folder, 'node_modules/deepspeedometer/examples/library/my-sink.js'), join(folder, 'my-sink.js'));
  const resultDir = join(folder, 'sunk');
  const args = [...quick, '--num_clients', '1', '3', '--sink', './my-sink.js'];
  const { code, stderr } = await runCommand(args, { resultDir, cwd: folder, main });
  expect(code).toBe(0);
  expect(stderr).toContain('3 clients are done\n');
  const rows = readFileSync(join(lastRun(resultDir), 'requests.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(rows).toHaveLength(20);
});

test('a sink that throws, and one that blocks, leave the figures and the log whole', async () => {
  const folder = temporaryFolder();
  const sink = (write: string) => `export const createSink = () => ({ name: 'bad', write() { ${write} },
    figure() {}, finish() {} });`;
  writeFileSync(join(folder, 'throws.mjs'), sink('throw new Error("out of ink")'));
  writeFileSync(join(folder, 'blocks.mjs'), sink('for (const end = Date.now() + 30; Date.now() < end; );'));
  const args = [...quick, '--num_clients', '2', '--sink', './throws.mjs', './blocks.mjs'];
  const { code } = await runCommand(args, { resultDir: join(folder, 'results'), cwd: folder });
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
  const path = code === undefined ? './absent.js' : './bad.mjs';
  const ended = await runCommand([...quick, '--sink', path], { resultDir: join(folder, 'results'), cwd: folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(message);
});
