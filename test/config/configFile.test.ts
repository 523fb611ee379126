import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfigFile, readConfigFile } from '../../src/config/configFile.ts';
import { runOptionSpecs } from '../../src/config/runOptions.ts';

function read(text: string) {
  return parseConfigFile(text, 'sweep.yaml', runOptionSpecs);
}

test('scalars, lists that expand, and lists that are values are told apart', () => {
  const { given, problems } = read(`
api: dummy
prompt_length: [128, 256, 128]
num_clients: [1, 2]
min_requests: 8
streaming: [false, true]
header: "X: 1"
`);
  expect(problems).toEqual([]);
  expect([...given].map(([name, option]) => [name, option.alternatives])).toEqual([
    ['api', ['dummy']],
    ['prompt_length', [128, 256]],
    ['num_clients', [[1, 2]]],
    ['min_requests', [8]],
    ['streaming', [false, true]],
    ['header', [['X: 1']]],
  ]);
});

test('a mapping is taken as JSON by the option that wants one, and by no other', () => {
  const { given, problems } = read('extra_body: {top_p: 0.9, stop: [a]}\nmodel: {a: 1}\n');
  expect(given.get('extra_body')?.alternatives).toEqual(['{"top_p":0.9,"stop":["a"]}']);
  expect(problems).toEqual([expect.stringMatching(/^sweep.yaml:2:8 {2}model: expected text/)]);
});

test('every place is file, line and column', () => {
  expect(read('api: dummy\n  \nforce: true\n').given.get('force')?.place).toBe('sweep.yaml:3:1  force');
});

test('text that looks like a number stays text', () => {
  expect(read('model: 007\n').given.get('model')?.alternatives).toEqual(['007']);
});

test('an alias stands for what it names', () => {
  const { given, problems } = read('prompt_length: &sizes [1, 2]\nmax_new_tokens: *sizes\n');
  expect(problems).toEqual([]);
  expect(given.get('max_new_tokens')?.alternatives).toEqual([1, 2]);
});

test.each([
  [
    'prompt_length: long',
    ['sweep.yaml:1:16  prompt_length: expected a whole number of tokens from 1 to 2000000, got "long"'],
  ],
  [
    'prompt_length: [1, long]',
    ['sweep.yaml:1:20  prompt_length: expected a whole number of tokens from 1 to 2000000, got "long"'],
  ],
  ['num_clients: [1, 0]', ['sweep.yaml:1:18  num_clients: expected a whole number of clients from 1 to 10000, got 0']],
  [
    'num_clients: [[1]]',
    ['sweep.yaml:1:15  num_clients: expected a whole number of clients from 1 to 10000, got a list'],
  ],
  [
    'num_clients: []',
    ['sweep.yaml:1:14  num_clients: expected a whole number of clients from 1 to 10000, got an empty list'],
  ],
  [
    'prompt_length: []',
    ['sweep.yaml:1:16  prompt_length: expected a whole number of tokens from 1 to 2000000, got an empty list'],
  ],
  [
    'prompt_length:',
    ['sweep.yaml:1:15  prompt_length: expected a whole number of tokens from 1 to 2000000, got nothing'],
  ],
  [
    'prompt_length: "9"',
    ['sweep.yaml:1:16  prompt_length: expected a whole number of tokens from 1 to 2000000, got "9"'],
  ],
  [
    'prompt_length: {a: 1}',
    ['sweep.yaml:1:16  prompt_length: expected a whole number of tokens from 1 to 2000000, got a mapping'],
  ],
  ['prompt-length: 9', ['sweep.yaml:1:1  prompt-length: unknown option. Did you mean prompt_length?']],
  ['force: true\nforce: false', ['sweep.yaml:2:1  force: given twice, first at sweep.yaml:1:1']],
  ['dry_run: true', ['sweep.yaml:1:1  dry_run: belongs on the command line, as --dry_run']],
  ['- force', ['sweep.yaml:1:1  expected options, each as "name: value", got a list']],
  ['force', ['sweep.yaml:1:1  expected options, each as "name: value", got "force"']],
])('%j is refused', (text, problems) => {
  expect(read(text).problems).toEqual(problems);
});

test('all problems of a file are found, in its order', () => {
  const { problems } = read('api: x\nprompt_lenth: 3\nstreaming: maybe\n');
  expect(problems.map((problem) => problem.split('  ')[0])).toEqual([
    'sweep.yaml:1:6',
    'sweep.yaml:2:1',
    'sweep.yaml:3:12',
  ]);
});

test('broken YAML is refused with its place', () => {
  expect(read('api: "dummy\n').problems[0]).toMatch(/^sweep\.yaml:\d+:\d+ {2}\S/);
  expect(read('api: !!python/tuple x\n').problems[0]).toMatch(/^sweep\.yaml:1:6 {2}\S/);
});

test.each(['', '# only a comment\n', '---\n', '~'])(
  'a file that says nothing (%j) gives no option and no problem',
  (text) => {
    expect(read(text)).toEqual({ given: new Map(), warnings: [], problems: [] });
  },
);

test('nested aliases are refused without being unfolded', () => {
  const bomb = ['a: &a0 [1]', ...Array.from({ length: 60 }, (_, n) => `b${n}: &a${n + 1} [*a${n}, *a${n}]`)].join('\n');
  const { problems } = read(`${bomb}\nnum_clients: *a60\n`);
  expect(problems.at(-1)).toMatch(/num_clients: expected a whole number/);
});

test('aliases inside of a mapping stand for what they name, and are refused where they would unfold without bound', () => {
  const { given } = read('stop_at_plateau: &on true\nextra_body: {logprobs: *on}\n');
  expect(given.get('extra_body')?.alternatives).toEqual(['{"logprobs":true}']);
  const laughs = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`).join(', ');
  const { problems } = read(`extra_body: {a0: &a0 ha, ${laughs}}\n`);
  expect(problems).toEqual([expect.stringMatching(/^sweep.yaml:1:13 {2}extra_body: expected/)]);
});

test('a file that cannot be read is a problem in words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'options-'));
  const large = join(folder, 'large.yaml');
  writeFileSync(large, '#'.repeat((1 << 20) + 1));
  expect(readConfigFile(join(folder, 'none.yaml'), runOptionSpecs).problems[0]).toMatch(/cannot read .*no such file/);
  expect(readConfigFile(folder, runOptionSpecs).problems[0]).toMatch(/cannot read .*it is a folder/);
  expect(readConfigFile(large, runOptionSpecs).problems[0]).toMatch(/larger than/);
});
