import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastRun, quick, runCommand, runFolders, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectBooksBalanced } from './expectations.ts';

const dummy = [
  '--api',
  'dummy',
  '--model',
  'any',
  '--dummy_client_latency_time',
  '0.01',
  '--num_clients',
  '1',
] as const;

const small = [
  '--tokenizer',
  'o200k_base',
  '--min_requests',
  '2',
  '--num_requests_per_client',
  '2',
  '--prompt_length',
  '24',
];

test.each([
  ['an option nobody knows', ['--num_client', '1'], /^error {2}--num_client: unknown option.*--num_clients/m],
  ['a value of the wrong kind', ['--prompt_length', 'long'], /^error {2}--prompt_length: expected .*"long"/m],
  [
    'a URL that is none',
    ['--api', 'openai', '--model', 'm', '--tokenizer', 'o200k_base', '--url', 'ftp://x'],
    /^error {2}--url: expected an address/m,
  ],
  [
    'a path that contradicts the endpoint',
    ['--api', 'openai', '--model', 'm', ...['--url', 'http://127.0.0.1:9/v1/completions', '--endpoint', 'chat']],
    /^error {2}--endpoint chat/m,
  ],
  ['a configuration file that is not there', ['--config_file', '/nowhere/sweep.yaml'], /\/nowhere\/sweep\.yaml/],
  ['an empty text to sample prompts from', [...dummy, '--prompt_text_source', ' '], /prompt_text_source/],
  ['a folder in place of a text', [...dummy, '--prompt_text_source', '/'], /prompt_text_source/],
] as const)('%s is answered with exit code 2 and what was expected', async (_what, args, words) => {
  const resultDir = temporaryFolder();
  const { code, stdout, stderr } = await runInside(args, { resultDir });
  expect(stderr).toMatch(words);
  expect(stderr).toMatch(/\(exit 2\)$/m);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(runFolders(resultDir)).toEqual([]);
});

test('a wrong value in YAML is answered with its line and column, and broken YAML too', async () => {
  const resultDir = temporaryFolder();
  const config = join(resultDir, 'sweep.yaml');
  writeFileSync(config, 'api: dummy\nmodel: any\nprompt_length: [16, long]\n');
  const wrong = await runInside(['--config_file', config], { resultDir });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(`${config}:3:21`);
  writeFileSync(config, 'api: [dummy\nmodel: any\n');
  const broken = await runInside(['--config_file', config], { resultDir });
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(new RegExp(`${config}:\\d+:\\d+`));
});

test('--dry_run shows the plan and leaves nothing', async () => {
  const resultDir = temporaryFolder();
  const { code, stdout } = await runInside([...quick, ...dummy, '--dry_run'], { resultDir });
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing was sent.');
  expect(readdirSync(resultDir)).toEqual([]);
});

test('a result folder that cannot be written ends the run with exit code 5 before anything is sent', async () => {
  const resultDir = join(temporaryFolder(), 'results');
  writeFileSync(resultDir, 'a file, where the folder should be');
  const { code, stderr } = await runInside([...quick, ...dummy], { resultDir });
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error {2}the log .* cannot be written/m);
  expect(stderr).toContain('--result_dir');
});

test('result files that cannot be written are a warning, and the log and the summary are whole', async () => {
  const resultDir = temporaryFolder();
  writeFileSync(join(resultDir, 'dummy'), 'a file, where the folder should be');
  const { code } = await runInside(['--quiet', ...small, ...dummy], { resultDir });
  expect(code).toBe(0);
  const summary = summaryOf(lastRun(resultDir));
  expect(summary.warnings).toEqual([expect.stringMatching(/^JSON results: .*The run goes on without it\.$/)]);
  expect(summary.levels.map(({ status }) => status)).toEqual(['completed']);
  expectBooksBalanced(summary);
});

test.skipIf(!existsSync('/dev/full'))(
  'a full output is told once, and the run goes on into its log: exit code 5',
  async () => {
    const resultDir = temporaryFolder();
    const through = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
    const { code, stderr } = await runCommand([...small, ...dummy], { resultDir, through });
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error {2}standard output cannot be written: ENOSPC.*\n.*\(exit 5\)\n$/);
    const summary = summaryOf(lastRun(resultDir));
    expect(summary.levels.map(({ status }) => status)).toEqual(['completed']);
    expect(summary.run.exitCode).toBe(0);
  },
);

test('a place for results is named only where there are results', async () => {
  const resultDir = temporaryFolder();
  writeFileSync(join(resultDir, 'dummy'), 'a file, where the folder should be');
  const { stdout } = await runInside([...small, ...dummy], { resultDir });
  expect(stdout).toMatch(/^ {2}Log {3}/m);
  expect(stdout).not.toContain('Results');
  rmSync(join(resultDir, 'dummy'));
  expect((await runInside([...small, ...dummy], { resultDir })).stdout).toMatch(/^ {2}Results {3}.*dummy\/any\/$/m);
});

test('where all levels are skipped no fresh seed is named', async () => {
  const resultDir = temporaryFolder();
  const first = await runInside([...small, ...dummy], { resultDir });
  expect(first.stdout).toMatch(/, seed \d+$/m);
  const second = await runInside([...small, ...dummy], { resultDir });
  expect(second.stdout).toMatch(/^Prompts .*streamed$/m);
  expect(summaryOf(lastRun(resultDir)).sweeps[0]?.options).not.toHaveProperty('prompt_generator_seed');
});
