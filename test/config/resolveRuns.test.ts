import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { clientNames } from '../../src/clients/apiOptions.ts';
import { resolveRuns } from '../../src/config/resolveRuns.ts';
import type { RunOptions } from '../../src/config/runOptions.ts';
import { SpeedometerError } from '../../src/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'options-'));
let files = 0;

function yamlFile(text: string): string {
  const path = join(folder, `${files++}.yaml`);
  writeFileSync(path, text);
  return path;
}

async function resolve(line: string, ...paths: readonly string[]) {
  const argv = line.split(' ').filter(Boolean);
  return resolveRuns(paths.length === 0 ? argv : [...argv, '--config_file', ...paths]);
}

async function refusal(line: string, ...paths: readonly string[]): Promise<string> {
  const error = await resolve(line, ...paths).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SpeedometerError);
  expect((error as SpeedometerError).code).toBe('usage');
  return (error as SpeedometerError).message;
}

function pick(combinations: readonly RunOptions[], ...names: readonly (keyof RunOptions)[]) {
  return combinations.map((options) => names.map((name) => options[name]));
}

test('without arguments the preset is run', async () => {
  const { combinations, preset, warnings } = await resolve('');
  expect(preset).toBe('presets/first-run.yaml');
  expect(warnings).toEqual([]);
  expect(pick(combinations, 'api', 'model', 'streaming', 'stop_at_plateau')).toEqual([
    ['simulator', 'simulated-8b', true, true],
  ]);
});

test('with any argument the defaults hold, and the preset is left alone', async () => {
  const { combinations, preset, given } = await resolve('--quiet');
  expect(preset).toBeUndefined();
  expect(combinations).toHaveLength(1);
  expect(combinations[0]).toMatchObject({ api: 'simulator', prompt_length: 2600, stop_at_plateau: false, quiet: true });
  expect([...given]).toEqual([['quiet', '--quiet']]);
});

test('azure_ml, as the Python tool says, is azureml, on the command line as in YAML', async () => {
  const rest = '--model m --url https://host/score';
  const byFlag = await resolve(`--api azure_ml ${rest}`);
  const byFile = await resolve(rest, yamlFile('api: [azure_ml, azureml]\n'));
  for (const { combinations } of [byFlag, byFile]) expect(pick(combinations, 'api')).toEqual([['azureml']]);
});

test('the defaults are those of the tool that this one replaces', async () => {
  const { combinations } = await resolve('--quiet');
  expect(combinations[0]).toMatchObject({
    warmup_requests: 1,
    result_dir: './results',
    use_threading: false,
    num_clients: [1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32],
    num_requests_per_client: 16,
    min_requests: 128,
    early_stop_latency: 10,
    force: false,
    max_prompt_length: 4000,
    prompt_length: 2600,
    prompt_length_var: 0.3,
    max_new_tokens: 60,
    max_new_tokens_var: 0.3,
    streaming: false,
    dummy_client_latency_time: 0.1,
  });
});

test('flags outrank files, and files outrank defaults', async () => {
  const path = yamlFile('prompt_length: 100\nmax_new_tokens: 10\n');
  const { combinations, given } = await resolve('--prompt_length 7', path);
  expect(pick(combinations, 'prompt_length', 'max_new_tokens', 'min_requests')).toEqual([[7, 10, 128]]);
  expect(given.get('prompt_length')).toBe('--prompt_length');
  expect(given.get('max_new_tokens')).toBe(`${path}:2:1  max_new_tokens`);
});

test('the lists of a file give every combination, the last one varying fastest', async () => {
  const path = yamlFile(
    'prompt_length: [1, 2]\nstreaming: [false, true]\nmax_new_tokens: [5, 6]\nnum_clients: [1, 2]\n',
  );
  const { combinations } = await resolve('', path);
  expect(pick(combinations, 'prompt_length', 'streaming', 'max_new_tokens')).toEqual([
    [1, false, 5],
    [1, false, 6],
    [1, true, 5],
    [1, true, 6],
    [2, false, 5],
    [2, false, 6],
    [2, true, 5],
    [2, true, 6],
  ]);
  expect(combinations.every((options) => String(options.num_clients) === '1,2')).toBe(true);
});

test('each file is a set of combinations of its own, and a flag holds in all of them', async () => {
  const first = yamlFile('prompt_length: [1, 2]\nmax_new_tokens: 5\n');
  const second = yamlFile('prompt_length: 3\n');
  const { combinations } = await resolve('--max_new_tokens 9', first, second);
  expect(pick(combinations, 'prompt_length', 'max_new_tokens')).toEqual([
    [1, 9],
    [2, 9],
    [3, 9],
  ]);
});

test('a combination that two files ask for is run once', async () => {
  const { combinations } = await resolve('', yamlFile('prompt_length: [1, 2]\n'), yamlFile('prompt_length: 2\n'));
  expect(pick(combinations, 'prompt_length')).toEqual([[1], [2]]);
});

test('numbers of clients are run in ascending order, each once', async () => {
  const { combinations } = await resolve('--num_clients 8 1 8 2');
  expect(combinations[0].num_clients).toEqual([1, 2, 8]);
});

test('all problems of flags and files are told at once', async () => {
  const first = yamlFile('prompt_lenth: 1\nforce: maybe\n');
  const second = yamlFile('api: nothing\n');
  const lines = (await refusal('--zzz 1 --prompt_length long', first, second)).split('\n');
  expect(lines).toEqual([
    '--zzz: unknown option.',
    '--prompt_length: expected a whole number of tokens from 1 to 2000000, got "long"',
    `${first}:1:1  prompt_lenth: unknown option. Did you mean prompt_length?`,
    `${first}:2:8  force: expected true or false, got "maybe"`,
    `${second}:1:6  api: expected one of ${clientNames.join(', ')}, or the path of a module such as ./my-client.js, got "nothing"`,
  ]);
});

test.each([
  ['--api dummy', /^--model: required with --api dummy/],
  [
    '--num_clients 1 5000 --num_requests_per_client 10000',
    /^--num_requests_per_client: 5000 clients with 10000 requests each are 50000000 in a level, expected at most 10000000$/,
  ],
  ['--api openai --model m', /^--url: required with --api openai/],
  ['--url http://127.0.0.1:8000', /^--url: not used by --api simulator, the default\. Add --api openai/],
  ['--output json stray', /^stray: expected an option, which begins with --$/],
  ['--config_file', /^--config_file: expected text that is not empty, got nothing$/],
  ['--config_file none.yaml', /^--config_file: cannot read none\.yaml \(no such file\)$/],
])('%s is refused', async (line, message) => {
  expect(await refusal(line)).toMatch(message);
});

test('an option that the client does not take has a warning', async () => {
  const { warnings } = await resolve('--api dummy --model m --max_num_seqs 4 --url http://127.0.0.1:8000');
  expect(warnings).toEqual(['--url: has no effect with --api dummy', '--max_num_seqs: has no effect with --api dummy']);
});

test('the combinations have to agree on what holds for the whole run', async () => {
  expect(await refusal('', yamlFile('result_dir: [a, b]\n'))).toBe(
    '--result_dir: holds for the whole run, expected one value, got "a" and "b"',
  );
});

test('combinations agree on a list that says the same, and on a rule in a file', async () => {
  const { combinations } = await resolve('', yamlFile("prompt_length: [64, 128]\nstop: 'mean(e2e) > 10s'\nmodel: m\n"));
  expect(combinations.map(({ stop }) => stop)).toEqual([['mean(e2e) > 10s'], ['mean(e2e) > 10s']]);
});

test('lists that give too many combinations are refused without unfolding them', async () => {
  const hundred = JSON.stringify(Array.from({ length: 100 }, (_, index) => index + 1));
  const path = yamlFile(`prompt_length: ${hundred}\nmax_new_tokens: ${hundred}\nmax_prompt_length: ${hundred}\n`);
  expect(await refusal('', path)).toBe('1000000 combinations of options, expected at most 10000');
});

// Strings that a shell would hand over as one word and that cannot be taken for a flag.
const word = fc.stringMatching(/^[a-z][a-z0-9/_. ,:#'"-]{0,20}$/).filter((text) => !/^(true|false|null)$/i.test(text));
const saying = fc.record(
  {
    prompt_length: fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 3 }),
    prompt_length_var: fc.uniqueArray(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 2 }),
    num_clients: fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 5 }),
    model: fc.uniqueArray(word, { minLength: 1, maxLength: 2 }),
    prompt_text_source: word,
    streaming: fc.uniqueArray(fc.boolean(), { minLength: 1, maxLength: 2 }),
    force: fc.boolean(),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    output: fc.constantFrom('text', 'json'),
    header: fc.array(
      word.map((text) => `X-${text.replaceAll(/[^a-z]/g, '')}: ${text}`),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['force'] },
);

test('flags and YAML that say the same give the same options', async () => {
  await fc.assert(
    fc.asyncProperty(saying, fc.boolean(), async (said, kebab) => {
      const flags = Object.entries(said).flatMap(([name, value]) => [
        `--${kebab ? name.replaceAll('_', '-') : name}`,
        ...[value].flat().map(String),
      ]);
      const fromFlags = await resolveRuns(flags);
      const fromFile = await resolveRuns(['--config_file', yamlFile(stringify(said))]);
      const unsaid = fromFile.combinations.map((options) => ({ ...options, config_file: [] }));
      expect(unsaid).toEqual(fromFlags.combinations);
    }),
    { numRuns: 150 },
  );
});
