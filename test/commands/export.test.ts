import { execFileSync, spawn } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../../src/commands/commandLine.ts';
import { verbs } from '../../src/commands/verbs.ts';
import { createHeardTerminal } from './heardTerminal.ts';
import { recordedRun, temporaryFolder } from './recordedRun.ts';

async function command(...argv: readonly string[]) {
  const { terminal, heard } = createHeardTerminal();
  const code = await runCommandLine(argv, verbs, terminal);
  return { code, ...heard() };
}

async function exportTo(to: string) {
  return command('export', 'latest', '--result_dir', await recordedRun(), '--to', to);
}

test('- is standard output', async () => {
  const { code, stdout, stderr } = await exportTo('-');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^request,level,/);
});

test('JSON lines are jsonl in every verb, and ndjson by another name', async () => {
  const results = await recordedRun();
  const asked = async (...words: readonly string[]) => (await command(...words, '--result_dir', results)).stdout;
  const exported = await asked('export', '--format', 'jsonl');
  expect(
    exported
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('{"request":')),
  ).toBe(true);
  expect(await asked('export', '--format', 'ndjson')).toBe(exported);
  expect(await asked('replay', '--output', 'ndjson')).toBe(await asked('replay', '--output', 'jsonl'));
});

test('a file takes the place of one of its name, and leaves nothing beside it', async () => {
  const folder = temporaryFolder();
  const to = join(folder, 'requests.csv');
  writeFileSync(to, 'of yesterday');
  expect(await exportTo(to)).toMatchObject({ code: 0, stderr: `Wrote ${to}\n` });
  expect(readFileSync(to, 'utf8')).toMatch(/^request,level,/);
  expect(readdirSync(folder)).toEqual(['requests.csv']);
});

test('a link stays one, and its target is written, whether it was there or not', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'kept'));
  writeFileSync(join(folder, 'kept', 'old.csv'), 'of yesterday');
  for (const name of ['old.csv', 'new.csv']) {
    const link = join(folder, name);
    symlinkSync(join('kept', name), link);
    expect(await exportTo(link)).toMatchObject({ code: 0 });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'kept', name), 'utf8')).toMatch(/^request,level,/);
  }
  expect(readdirSync(join(folder, 'kept')).sort()).toEqual(['new.csv', 'old.csv']);
});

test.skipIf(process.platform === 'win32')('what is no regular file is written into, and stays what it is', async () => {
  const fifo = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [fifo]);
  const reader = spawn('cat', [fifo]);
  onTestFinished(() => void reader.kill());
  const read = text(reader.stdout);
  expect(await exportTo(fifo)).toMatchObject({ code: 0 });
  expect(lstatSync(fifo).isFIFO()).toBe(true);
  expect(await read).toMatch(/^request,level,/);
});

/** How a file can be named in ways that do not look like it. */
const spellings: readonly [string, (path: string) => string][] = [
  ['its path', (path) => path],
  ['another spelling', (path) => relative(process.cwd(), path)],
  [
    'a link to it',
    (path) => {
      const link = join(temporaryFolder(), 'link');
      symlinkSync(path, link);
      return link;
    },
  ],
  [
    'another name of it',
    (path) => {
      const name = join(temporaryFolder(), 'name');
      linkSync(path, name);
      return name;
    },
  ],
];

test.each(
  ['export', 'report', 'compare', 'backtest'].flatMap((verb) =>
    spellings.map(([words, spelled]) => [verb, words, spelled] as const),
  ),
)('%s does not write over a log, by %s', async (verb, _, spelled) => {
  const results = await recordedRun();
  const run = join(results, 'runs', '20260101-000000-000aa');
  const log = join(run, 'log.mdb');
  const before = readFileSync(log);
  const to = spelled(log);
  const logs = verb === 'compare' ? [run, run] : [run];
  const { code, stderr } = await command(
    verb,
    ...logs,
    '--to',
    to,
    ...(verb === 'backtest' ? ['--stop', 'plateau'] : []),
  );
  expect(code).toBe(2);
  expect(stderr).toContain(`--to: ${to} is the log of a run, which would be lost`);
  expect(readFileSync(log).equals(before)).toBe(true);
});

test.each(['log.mdb-lock', 'summary.json'])('%s beside a log is not written over', async (name) => {
  const results = await recordedRun();
  const to = join(results, 'runs', '20260101-000000-000aa', name);
  writeFileSync(to, 'of the run');
  for (const verb of ['export', 'report']) {
    const { code, stderr } = await command(verb, 'latest', '--result_dir', results, '--to', to);
    expect(code).toBe(2);
    expect(stderr).toContain(`--to: ${to} belongs to the run`);
  }
  expect(readFileSync(to, 'utf8')).toBe('of the run');
});
