import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { problemOfModule } from '../../src/clients/checkClientModule.ts';
import { loadClientModule } from '../../src/clients/clientModule.ts';
import { startService } from '../../src/clients/startService.ts';
import { option } from '../../src/core/optionSlice.ts';

const abilities = {
  protocol: 'none',
  streams: false,
  managesServer: false,
  outputLength: 'capped',
  tokenSource: 'chunks',
  flushesPrefixCache: false,
  testedAgainst: 'nothing',
};
const adapter = { abilities, createClient: () => ({}) };
const slice = (shape: object) => ({ adapter, options: { title: 'Mine', shape } });
const depth = option(z.int().default(3), { description: 'How deep it goes' });

test.each([
  ['nothing', {}, 'has no export named adapter'],
  ['no way to a client', { adapter: { abilities } }, 'its adapter lacks createClient'],
  ['no abilities', { adapter: { createClient() {} } }, 'its adapter lacks abilities'],
  [
    'empty abilities',
    { adapter: { ...adapter, abilities: {} } },
    "its adapter's abilities.protocol: expected a text, got nothing",
  ],
  [
    'an ability in other words',
    { adapter: { ...adapter, abilities: { ...abilities, outputLength: 'exact' } } },
    'its adapter\'s abilities.outputLength: expected one of forced, asked, capped, got "exact"',
  ],
  ['a number for options', { adapter, options: 3 }, 'its export options is no slice of options'],
  [
    'an option that is a value',
    slice({ num_clients: 1 }),
    'its option num_clients: expected option(type, { description }), got 1',
  ],
  ['an option without words', slice({ my_depth: z.int() }), 'its option my_depth: expected a description, got none'],
  [
    'an option that no flag can give',
    slice({ my_day: option(z.date(), { description: 'A day' }) }),
    'its option my_day: expected a text, a number, true or false, names, or a list of them',
  ],
])('a module that exports %s is told so', (_what, exported, message) => {
  expect(problemOfModule(exported)).toMatchObject({ message, hint: expect.stringMatching(/\.$/) });
});

test('a module with all that it must have has no problem', () => {
  expect(problemOfModule({ adapter })).toBeUndefined();
  expect(problemOfModule(slice({ my_depth: depth, my_names: option(z.array(z.string()), { description: 'N' }) }))).toBe(
    undefined,
  );
});

test('a module whose top level never ends is given up, by its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'endless.mjs');
  writeFileSync(path, 'await new Promise(() => {}); export const adapter = {};');
  await expect(loadClientModule(pathToFileURL(path).href, 50)).rejects.toMatchObject({
    code: 'usage',
    message: `--api ${path}: does not load (not within 0.05 s: an await at its top level does not end)`,
  });
});

const start = { folder: '/', say: () => {}, onDeath: () => {}, signal: new AbortController().signal };

test.each([
  ['nothing', undefined, 'an object such as { url, description }, got nothing'],
  ['a text', 'http://there', 'an object such as { url, description }, got "http://there"'],
  ['a port for its url', { url: 8000 }, 'a text as url, got 8000'],
  ['a text of warnings', { warnings: 'slow' }, 'a list of texts as warnings, got "slow"'],
])('a client that starts %s is told by its path what a service is', async (_what, service, words) => {
  const starting = startService('file:///clients/mine.js', { startService: async () => service as never }, start);
  await expect(starting).rejects.toMatchObject({
    code: 'usage',
    message: `--api /clients/mine.js: its startService must give ${words}`,
  });
});

test('a client from outside whose start throws is named, and it is no bug of ours', async () => {
  const fails = { startService: () => Promise.reject(new TypeError('no ink')) };
  await expect(startService('file:///clients/mine.js', fails, start)).rejects.toMatchObject({
    code: 'serverUnreachable',
    message: '--api /clients/mine.js: its startService failed (no ink)',
  });
});
