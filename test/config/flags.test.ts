import { expect, test } from 'vitest';
import { clientNames } from '../../src/clients/apiOptions.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { runOptionSpecs } from '../../src/config/runOptions.ts';

function read(line: string) {
  return parseFlags(line.split(' ').filter(Boolean), runOptionSpecs);
}

function alternatives(line: string): Record<string, readonly unknown[]> {
  const { given, problems } = read(line);
  expect(problems).toEqual([]);
  return Object.fromEntries([...given].map(([name, option]) => [name, option.alternatives]));
}

test.each([
  ['--prompt_length 128', { prompt_length: [128] }],
  ['--prompt-length 128', { prompt_length: [128] }],
  ['--prompt-length=128', { prompt_length: [128] }],
  ['--prompt_length 128 256', { prompt_length: [128, 256] }],
  ['--prompt_length 128,256', { prompt_length: [128, 256] }],
  ['--prompt_length 128 128', { prompt_length: [128] }],
  ['--prompt_length 128 --prompt_length 256', { prompt_length: [256] }],
  ['--num_clients 1 2 4', { num_clients: [[1, 2, 4]] }],
  ['--num_clients 1,2, 4', { num_clients: [[1, 2, 4]] }],
  ['--num_clients 1 2 --num-clients 8', { num_clients: [[8]] }],
  ['--streaming', { streaming: [true] }],
  ['--streaming False', { streaming: [false] }],
  ['--streaming false true', { streaming: [false, true] }],
  ['--streaming --force', { streaming: [true], force: [true] }],
  ['--force=false', { force: [false] }],
  ['--no-streaming', { streaming: [false] }],
  ['--no_force --streaming', { force: [false], streaming: [true] }],
  ['--force --no_force', { force: [false] }],
  ['--no_progress_timeout 3', { no_progress_timeout: [3] }],
  ['--model a,b c', { model: ['a,b', 'c'] }],
  ['--header X:1 --header Y:2 Z:3', { header: [['X:1', 'Y:2', 'Z:3']] }],
  ['--step_base_ms 1e-3', { step_base_ms: [0.001] }],
  ['--server_args --enforce-eager --force', { server_args: ['--enforce-eager'], force: [true] }],
  ['--server_args=--a=1', { server_args: ['--a=1'] }],
])('%s is understood', (line, expected) => {
  expect(alternatives(line)).toEqual(expected);
});

test('options are in the order of the flags that count, since the last of them varies fastest', () => {
  const { given } = read('--prompt_length 1 2 --streaming true false --prompt_length 3 4');
  expect([...given.keys()]).toEqual(['streaming', 'prompt_length']);
});

test('text is taken as it stands, commas and blanks included', () => {
  const { given } = parseFlags(['--prompt_text_source', 'one, two'], runOptionSpecs);
  expect(given.get('prompt_text_source')?.alternatives).toEqual(['one, two']);
});

test.each([
  ['--num_client 4', '--num_client: unknown option. Did you mean --num_clients?'],
  ['--clients 4', '--clients: unknown option. Did you mean --num_clients?'],
  ['--no-streaming=true', '--no_streaming: expected no value, got "true"'],
  ['--no_workers', '--no_workers: unknown option. Did you mean --workers?'],
  ['--zzzzz 4', '--zzzzz: unknown option.'],
  ['--prompt_length long', '--prompt_length: expected a whole number of tokens from 1 to 2000000, got "long"'],
  ['--prompt_length 1.5', '--prompt_length: expected a whole number of tokens from 1 to 2000000, got 1.5'],
  ['--prompt_length', '--prompt_length: expected a whole number of tokens from 1 to 2000000, got nothing'],
  ['--prompt_length_var -1', '--prompt_length_var: expected a number from 0 to 10, got -1'],
  ['--num_clients 1000000', '--num_clients: expected a whole number of clients from 1 to 10000, got 1000000'],
  ['--prompt_length 1e11', '--prompt_length: expected a whole number of tokens from 1 to 2000000, got 100000000000'],
  ['--num_clients 1 0', '--num_clients: expected a whole number of clients from 1 to 10000, got 0'],
  ['--request_timeout 0', '--request_timeout: expected a number of seconds above 0 and up to 2000000, got 0'],
  [
    '--api openapi',
    `--api: expected one of ${clientNames.join(', ')}, or the path of a module such as ./my-client.js, got "openapi"`,
  ],
  ['--force=maybe', '--force: expected true or false, got "maybe"'],
  ['--model=', '--model: expected text that is not empty, got ""'],
])('%s is refused', (line, problem) => {
  expect(read(line).problems).toEqual([problem]);
});

test('a wrong header is refused without being shown', () => {
  expect(read('--header sesame').problems).toEqual(['--header: expected "Name: value"']);
});

test('all problems are found, and the words of an unknown option make no further one', () => {
  const { problems, positionals } = read('--zzzzz a b --prompt_length long --api x');
  expect(problems).toHaveLength(3);
  expect(positionals).toEqual([]);
});

test('words that no flag takes are positional', () => {
  expect(read('--force last --output json more -- --debug').positionals).toEqual(['last', 'more', '--debug']);
});

test('a known misspelling is taken, with a warning', () => {
  const { given, warnings } = read('--prompt_lenght_var 0');
  expect(given.get('prompt_length_var')?.alternatives).toEqual([0]);
  expect(warnings).toEqual(['--prompt_lenght_var: taken as --prompt_length_var, which is the right spelling']);
});
