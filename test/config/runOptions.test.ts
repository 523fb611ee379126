import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { registry } from '../../src/clients/registry.ts';
import { namedApis } from '../../src/config/namedApis.ts';
import { optionsDigest } from '../../src/config/optionsDigest.ts';
import { publicOptions } from '../../src/config/publicOptions.ts';
import { resolveRuns } from '../../src/config/resolveRuns.ts';
import { createRunSchema, runOptionSpecs } from '../../src/config/runOptions.ts';
import { option } from '../../src/core/optionSlice.ts';

const api = './mine.js';
const mine = {
  title: 'Mine',
  shape: {
    mine_depth: option(z.int().default(3), { description: 'How deep', unit: 'layers' }),
    mine_key: option(z.string().optional(), { description: 'A key', secret: true }),
  },
};
const schema = createRunSchema([{ api, options: mine }, { api: './plain.mjs' }]);
const resolve = (line: string) => resolveRuns(line.split(' '), schema);

test('every slice that a line of the registry names is among the options of a run, with the clients that name it', () => {
  for (const [name, { options }] of Object.entries(registry)) {
    for (const option of options.flatMap(({ shape }) => Object.keys(shape))) {
      expect(runOptionSpecs.find((spec) => spec.name === option)?.apis, option).toContain(name);
    }
  }
});

test('options that a client from outside brings have defaults, units and a group like all others', async () => {
  const { combinations, specs } = await resolve(`--api ${api} --model m`);
  expect(combinations).toMatchObject([{ api, own: { mine_depth: 3 } }]);
  expect(specs.find(({ name }) => name === 'mine_depth')).toMatchObject({ group: 'Mine', apis: [api] });
  await expect(resolve(`--api ${api} --model m --mine_depth deep`)).rejects.toThrow(
    '--mine_depth: expected a whole number of layers, got "deep"',
  );
});

test('they are shown and logged by their names, and secret ones are not', async () => {
  const { combinations, specs } = await resolve(`--api ${api} --model m --mine_depth 5 --mine_key sesame`);
  const shown = publicOptions(combinations[0], specs);
  expect(shown).toMatchObject({ api, mine_depth: 5 });
  expect(JSON.stringify(shown)).not.toContain('sesame');
  expect(JSON.stringify(publicOptions(combinations[0]))).not.toContain('sesame');
});

test('they count in the digest of their own client', async () => {
  const digestOf = async (line: string) => {
    const { combinations, specs } = await resolve(line);
    return optionsDigest(combinations[0], {}, specs);
  };
  const ours = `--api ${api} --model m`;
  expect(await digestOf(`${ours} --mine_depth 5`)).not.toBe(await digestOf(ours));
  expect(await digestOf(`${ours} --mine_depth 3`)).toBe(await digestOf(ours));
});

test('with another client they have no effect, which is told', async () => {
  const { warnings, combinations } = await resolve('--api ./plain.mjs --model m --mine_depth 5 --url tcp://h:1');
  expect(warnings).toEqual(['--mine_depth: has no effect with --api ./plain.mjs']);
  expect(combinations[0]).not.toHaveProperty('own');
});

test('an option of theirs cannot take the name of one of ours', () => {
  const greedy = { title: 'Greedy', shape: { url: option(z.string(), { description: 'Mine' }) } };
  expect(() => createRunSchema([{ api, options: greedy }])).toThrow('its option url has the name of another one');
});

test('clients are found on the command line and in files before anything else of them is understood', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'options-')), 'sweep.yaml');
  writeFileSync(path, 'mine_depth: 4\napi: [dummy, ./mine.js]\n');
  expect(await namedApis(['--mine_depth', '4', '--api=./other.js', '--config-file', path])).toEqual([
    './other.js',
    'dummy',
    './mine.js',
  ]);
  expect(await namedApis(['--config_file', '/nowhere.yaml', '--api'])).toEqual([]);
});
