import { expect, test } from 'vitest';
import { runCommandLine } from '../../src/commands/commandLine.ts';
import type { Verb } from '../../src/commands/verb.ts';
import { verbs } from '../../src/commands/verbs.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { resolveOptions } from '../../src/config/resolveOptions.ts';
import { resolveRuns } from '../../src/config/resolveRuns.ts';
import { SpeedometerError } from '../../src/core/errors.ts';
import { createHeardTerminal } from './heardTerminal.ts';

async function type(line: string, start: Verb['start'] = async () => 0, color = false) {
  const { terminal, heard } = createHeardTerminal({ color });
  const started: (readonly string[])[] = [];
  const verb = (purpose: string): Verb => ({
    purpose,
    usage: `${purpose} [options]`,
    examples: [purpose],
    options: () => [],
    start: async (argv, terminal) => {
      started.push([purpose, ...argv]);
      return start(argv, terminal);
    },
  });
  const exitCode = await runCommandLine(
    line.split(' ').filter(Boolean),
    { run: verb('running'), serve: verb('serving') },
    terminal,
  );
  const { stdout: out, stderr: error } = heard();
  return { exitCode, started, out, error };
}

test.each([
  ['', ['running']],
  ['--quiet', ['running', '--quiet']],
  ['run --quiet', ['running', '--quiet']],
  ['serve --port 0', ['serving', '--port', '0']],
])('"%s" starts %j', async (line, expected) => {
  expect(await type(line)).toMatchObject({ exitCode: 0, started: [expected], out: '', error: '' });
});

test('the exit code is that of the verb', async () => {
  expect((await type('run', async () => 3)).exitCode).toBe(3);
});

test('an unknown verb is refused, with the one that was probably meant', async () => {
  expect(await type('srve')).toMatchObject({
    exitCode: 2,
    started: [],
    error:
      'error  srve: unknown verb. Did you mean serve?\n' +
      '       Verbs: run, serve. All options: deepspeedometer --help  (exit 2)\n',
  });
});

test('names that every object has are no verbs', async () => {
  expect((await type('constructor')).exitCode).toBe(2);
});

test('help and version start nothing', async () => {
  const all = await type('--help');
  expect(all.out).toMatch(/Verbs\n {2}run +running \(default\)\n {2}serve +serving\n/);
  const one = await type('serve -h');
  expect(one.out).toMatch(/^serving\n\nUsage: deepspeedometer serving \[options\]\n\nExamples\n/);
  const version = await type('--version');
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect([all, one, version].flatMap(({ started }) => started)).toEqual([]);
});

test.each([
  ['help', '--help'],
  ['help serve', 'serve --help'],
])('"%s" is another way to say "%s"', async (line, same) => {
  expect(await type(line)).toEqual(await type(same));
  expect((await type(line)).out).toContain('Usage: deepspeedometer ');
});

test('a lost part of the load generator has the exit code of a bug, and is none', async () => {
  const lost = async () =>
    Promise.reject(new SpeedometerError('generatorLost', 'a worker was lost', { hint: 'again' }));
  expect(await type('run', lost)).toMatchObject({
    exitCode: 1,
    error: 'error  a worker was lost\n       again  (exit 1)\n',
  });
});

test('every line of an error has its label, and a hint stands below', async () => {
  const fail = async () => Promise.reject(new SpeedometerError('serverUnreachable', 'one\ntwo', { hint: 'go\nthere' }));
  const { error, exitCode } = await type('run', fail);
  expect(exitCode).toBe(4);
  expect(error).toBe('error  one\nerror  two\n       go\n       there  (exit 4)\n');
});

test('an error without a hint ends with its exit code', async () => {
  const fail = async () => Promise.reject(new SpeedometerError('usage', 'no'));
  expect((await type('run', fail)).error).toBe('error  no  (exit 2)\n');
  expect((await type('run', fail, true)).error).toBe('\u001b[31merror\u001b[39m  no  (exit 2)\n');
});

test('a stack is printed with --debug only, or where the error is a bug', async () => {
  const usage = async () => Promise.reject(new SpeedometerError('usage', 'no'));
  expect((await type('run --debug false', usage)).error).not.toMatch(/ at /);
  expect((await type('run --debug', usage)).error).toMatch(/ at /);
  const bug = await type('run', async () => Promise.reject(new TypeError('x is not a function')));
  expect(bug.exitCode).toBe(1);
  expect(bug.error).toMatch(/^error {2}x is not a function\n {7}at [\s\S]*Please report it .*\(exit 1\)\n$/);
});

test('every verb says what it is for, how it is used, and shows examples that its options take', async () => {
  for (const [name, verb] of Object.entries(verbs)) {
    expect(verb.purpose).toMatch(/^\S.*\.$/);
    expect(verb.usage).toContain(name);
    expect(verb.examples.length).toBeGreaterThanOrEqual(2);
    const takesWords = /\[?[A-Z]{3,}/.test(verb.usage);
    for (const example of verb.examples) {
      const words = example.split(' ').filter((word) => word !== '' && word !== name);
      const { problems, positionals } = parseFlags(words, await verb.options(words));
      expect(problems).toEqual([]);
      if (!takesWords) expect(positionals).toEqual([]);
    }
  }
  for (const example of verbs.run.examples) {
    expect((await resolveRuns(example.split(' ').filter(Boolean))).combinations).not.toEqual([]);
  }
});

test('a verb that does not sweep takes one value an option, and no stray words', () => {
  expect(() => resolveOptions(['--force', 'stray'], [])).toThrow('--force: unknown option.');
  expect(() => resolveOptions(['stray'], [])).toThrow('stray: expected an option');
  expect(resolveOptions(['last'], [], 1).positionals).toEqual(['last']);
});
