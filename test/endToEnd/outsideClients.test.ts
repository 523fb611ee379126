import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startLinesImitation, startOllamaImitation } from '../../examples/clients/imitations.js';
import {
  lastRun,
  loggedEvents,
  quick,
  runCommand,
  runFolders,
  runInside,
  summaryOf,
  temporaryFolder,
} from './command.ts';
import { expectBooksBalanced, expectNothingInvented } from './expectations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'examples/clients');
const load = ['--num_clients', '1', '3', '--model', 'any', '--streaming'];

const cases = [
  ['ollama.js', startOllamaImitation, ['--ollama_keep_alive', '1h']],
  ['lines.js', startLinesImitation, []],
] as const;

test.each(cases)('--api examples/clients/%s measures its server over the whole sweep', async (file, start, own) => {
  const server = await start();
  onTestFinished(server.close);
  const resultDir = temporaryFolder();
  const api = join(examples, file);
  const { code, stderr } = await runInside([...quick, ...load, '--api', api, '--url', server.url, ...own], {
    resultDir,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.levels.map(({ clients, status, requests }) => [clients, status, requests.completed])).toEqual([
    [1, 'completed', 8],
    [3, 'completed', 12],
  ]);
  expectBooksBalanced(summary);
  expectNothingInvented(summary);
  const [started] = await loggedEvents(lastRun(resultDir));
  expect(started).toMatchObject({ type: 'run.started', api });
  if (own[1] !== undefined) expect(started).toMatchObject({ options: { ollama_keep_alive: own[1] } });
});

test('a client in TypeScript is loaded by the loader that node is told to use, in workers too', async () => {
  const server = await startLinesImitation();
  onTestFinished(server.close);
  const folder = temporaryFolder();
  const typed = `import { adapter as lines } from ${JSON.stringify(join(examples, 'lines.js'))};
    interface Named { readonly protocol: string }
    const words: Named = { protocol: 'lines, typed' };
    export const adapter = { ...lines, abilities: { ...lines.abilities, ...words } };`;
  writeFileSync(join(folder, 'typed.ts'), typed);
  const args = [...quick, ...load, '--api', './typed.ts', '--url', server.url];
  const env = { NODE_OPTIONS: `--import ${import.meta.resolve('tsx')}` };
  const { code, stderr } = await runCommand(args, { resultDir: join(folder, 'results'), cwd: folder, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(summaryOf(lastRun(join(folder, 'results'))).levels).toHaveLength(2);
});

test('help shows the options that a client from outside brings, and YAML takes them', async () => {
  const folder = temporaryFolder();
  const api = join(examples, 'ollama.js');
  const help = await runInside(['--api', api, '--help'], { resultDir: folder });
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/^Ollama \(--api .*\)$/m);
  expect(help.stdout).toMatch(/^ {2}--ollama_keep_alive TEXT +How long the model stays loaded \[default 5m\]$/m);
  const config = join(folder, 'sweep.yaml');
  writeFileSync(config, `api: ${api}\nurl: http://127.0.0.1:9\nmodel: any\nollama_keep_alive: [1m, 2m]\n`);
  const plan = await runInside([...quick, '--config_file', config, '--dry_run', '--output', 'json'], {
    resultDir: folder,
  });
  const { sweeps } = JSON.parse(plan.stdout) as { readonly sweeps: { readonly options: Record<string, unknown> }[] };
  expect(sweeps.map(({ options }) => options['ollama_keep_alive'])).toEqual(['1m', '2m']);
});

const abilities = `{ protocol: 'none', streams: false, managesServer: false, outputLength: 'capped',
  tokenSource: 'chunks', flushesPrefixCache: false, testedAgainst: 'nothing' }`;
const client = `{ async startService() { return {}; }, async stopService() {}, prepareRequest() {}, processResponse() {}, close() {} }`;

test.each([
  ['that is not there', undefined, /: no such file\n +Paths count from/],
  ['that is on another machine', undefined, /: no such file\n +Paths count from/],
  ['that does not load', 'throw new Error("out of ink")', /: does not load \(out of ink\)\n +See for yourself: node /],
  ['without an adapter', 'export const client = {};', /: has no export named adapter\n/],
  ['whose adapter makes no client', `export const adapter = { abilities: ${abilities} };`, /lacks createClient\n/],
  ['that declares nothing', 'export const adapter = { createClient() {} };', /its adapter lacks abilities\n/],
  [
    'whose client lacks a duty',
    `export const adapter = { abilities: ${abilities}, createClient: () => (${client}) };`,
    /its client lacks the duty sendRequest\n/,
  ],
  [
    'whose client cannot be made',
    `export const adapter = { abilities: ${abilities}, createClient() { throw new Error('no ink'); } };`,
    /its client cannot be made \(no ink\)\n/,
  ],
  [
    'with an option that is there already',
    `import { option, z } from 'deepspeedometer/client';
    export const options = { title: 'Mine', shape: { force: option(z.string().default(''), { description: 'Mine' }) } };
    export const adapter = { abilities: ${abilities}, createClient: () => (${client}) };`,
    /its option force has the name of another one\n/,
  ],
])('a module %s is refused with exit code 2, in one sentence with the way out', async (what, code, words) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/deepspeedometer'));
  if (code !== undefined) writeFileSync(join(folder, 'mine.mjs'), code);
  const api = what === 'that is on another machine' ? 'file://elsewhere/mine.mjs' : join(folder, 'mine.mjs');
  const args = ['--api', api, '--model', 'any', '--tokenizer', 'o200k_base'];
  const { code: exitCode, stderr } = await runInside(args, { resultDir: join(folder, 'results') });
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(exitCode).toBe(2);
  expect(runFolders(join(folder, 'results'))).toEqual([]);
});

test.each([
  [
    'does not load',
    'if (process.send) throw new Error("no ink here");',
    '() => client',
    /does not load \(no ink here\)/,
  ],
  ['makes no client', '', `() => { if (process.send) throw new Error('no ink here'); return client; }`, /no ink here/],
])('a module that %s in a worker only is named, and is no bug of ours', async (_what, first, create, words) => {
  const folder = temporaryFolder();
  const own = `const client = { ...${client}, sendRequest() {} };`;
  writeFileSync(
    join(folder, 'mine.mjs'),
    `${first}
    ${own}
    export const adapter = { abilities: ${abilities}, createClient: ${create} };`,
  );
  const args = [...quick, '--num_clients', '1', '--api', join(folder, 'mine.mjs'), '--model', 'any'];
  const { code, stderr } = await runInside(args, { resultDir: join(folder, 'results') });
  expect(stderr).toMatch(/--api \S*mine\.mjs: its client fails: /);
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/bug|^\s+at /m);
  expect(code).toBe(2);
});
