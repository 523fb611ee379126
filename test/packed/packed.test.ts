import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startLinesImitation, startOllamaImitation } from '../../examples/clients/imitations.js';
import { lastRun, quick, runCommand, summaryOf } from '../endToEnd/command.ts';
import { runScript } from '../endToEnd/runScript.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outside = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
const app = join(outside, 'app');
const packed = join(app, 'node_modules/deepspeedometer');
const main = join(packed, 'dist/commands/main.js');

/** The package as it would be published, in a folder outside of the project; what it depends on is borrowed from here. */
beforeAll(() => {
  mkdirSync(packed, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', outside];
  const archive = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xf', join(outside, archive), '-C', packed, '--strip-components', '1']);
  symlinkSync(join(root, 'node_modules'), join(outside, 'node_modules'));
}, 120_000);
afterAll(() => rmSync(outside, { recursive: true, force: true }));

/** Copies an example out of the package, as an author begins. */
function copyExample(path: string): string {
  const { base } = parse(path);
  cpSync(join(packed, 'examples', path), join(app, base));
  return `./${base}`;
}

const clients = [
  ['ollama.js', startOllamaImitation],
  ['lines.js', startLinesImitation],
] as const;

test.each(clients)('a client in a folder of its own measures its server: %s', async (file, start) => {
  const server = await start();
  onTestFinished(server.close);
  const load = ['--num_clients', '1', '3', '--model', 'any', '--streaming', '--url', server.url];
  const resultDir = join(app, parse(file).name);
  const args = [...quick, ...load, '--api', copyExample(`clients/${file}`)];
  const { code, stderr } = await runCommand(args, { resultDir, cwd: app, main });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(summaryOf(lastRun(resultDir)).levels.map(({ requests }) => requests.completed)).toEqual([8, 12]);
  expect(readdirSync(resultDir)).toContain(parse(file).name);
});

test('a criterion in a folder of its own ends the sweep', async () => {
  const resultDir = join(app, 'stopped');
  const rule = ['--num_clients', '1', '2', '32', '64', '--stop', copyExample('criteria/slowing.js')];
  const { code, stderr } = await runCommand([...quick, ...rule], { resultDir, cwd: app, main });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(summaryOf(lastRun(resultDir)).sweeps[0]?.stopReason).toMatch(/^with \d+ clients, slowing/);
});

test('a sink in a folder of its own hears the run', async () => {
  const resultDir = join(app, 'sunk');
  const args = [...quick, '--num_clients', '1', '3', '--sink', copyExample('library/my-sink.js')];
  const { code, stderr } = await runCommand(args, { resultDir, cwd: app, main });
  expect(code).toBe(0);
  expect(stderr).toContain('3 clients are done\n');
  const rows = readFileSync(join(lastRun(resultDir), 'requests.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(rows).toHaveLength(20);
});

/** What an author writes to check a client with node's own runner. */
const contractTest = `
import { after, test } from 'node:test';
import { describeAdapter } from 'deepspeedometer/testing';
import { startLinesImitation } from './imitations.js';
import { adapter } from './lines.js';

const server = await startLinesImitation();
after(server.close);
describeAdapter({ adapter, settings: { url: server.url } }, test);
`;

test('the contract of clients is checked by the runner that its author chose', async () => {
  for (const file of ['imitations.js', 'lines.js']) copyExample(`clients/${file}`);
  writeFileSync(join(app, 'lines.test.js'), contractTest);
  const { stdout } = await runScript('--test', app, '--test-reporter=tap', 'lines.test.js');
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(10);
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

const streams = run({
  num_clients: [1, 3], num_requests_per_client: 4, min_requests: 8, prompt_length: 24, max_new_tokens: 6,
  tokenizer: 'o200k_base', streaming: true,
});
// A subscriber that takes its time changes nothing for the others.
streams.windows$.subscribe(() => { for (const end = Date.now() + 100; Date.now() < end; ); });
const live = await digests(streams)();
const again = await digests(replay(live.folder))();
const refused = await run({ num_client: 1 }).report.catch((error) => error instanceof SpeedometerError && error.code);
console.log(JSON.stringify({ same: live.told === again.told, counts: live.ends.map(([, count]) => count),
  ended: live.ends.every(([, , ended]) => ended), refused }));
`;

test('a replay gives the very streams of its run, also beside a subscriber that is slow', async () => {
  writeFileSync(join(app, 'both.js'), bothWays);
  const both = await runScript('both.js', app);
  expect(both).toMatchObject({ code: 0, stderr: '' });
  const told = JSON.parse(both.stdout) as { readonly counts: readonly number[] };
  expect(told).toMatchObject({ same: true, ended: true, refused: 'usage' });
  expect(told.counts[1]).toBe(24); // 20 measured, 4 to warm up
  expect(told.counts[3]).toBe(2);
});

test('an error that no program waits for ends it, and is told once', async () => {
  writeFileSync(join(app, 'careless.js'), "import { replay } from 'deepspeedometer'; replay('/nowhere');");
  const { code, stderr } = await runScript('careless.js', app);
  expect(code).toBe(1);
  expect(stderr.match(/SpeedometerError: /g)).toHaveLength(1);
});
