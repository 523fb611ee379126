import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { loadTokenizer } from '../../src/workload/loadTokenizer.ts';
import { resolveTokenizer } from '../../src/workload/resolveTokenizer.ts';
import { llama2Folder, realTokenizers } from './tokenizers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tokenizers-'));
const samples = [
  'Hello there',
  ' leading blank',
  'two  blanks\n\nand lines\t',
  'naïve Straße 今天 👩‍👩‍👧 1,000.50',
  'x = f(y) // code',
];

/** A hub on loopback that has one model, `test/llama2`. */
const hub = createServer((request, response) => {
  const file = join(llama2Folder, request.url?.split('/').at(-1) ?? '');
  if (request.url?.startsWith('/test/llama2/resolve/main/') && existsSync(file)) createReadStream(file).pipe(response);
  else response.writeHead(404).end();
});

beforeAll(() => new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  hub.close();
  hub.closeAllConnections();
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

const transformersInstalled = (() => {
  try {
    return createRequire(import.meta.url).resolve('@huggingface/transformers') !== '';
  } catch {
    return false;
  }
})();

function useHub(url: string, cache: string): void {
  vi.stubEnv('HF_ENDPOINT', url);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, cache));
  vi.stubEnv('HF_HOME', '');
  vi.stubEnv('HF_HUB_CACHE', '');
}

const hubUrl = () => `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`;
const closedUrl = 'http://127.0.0.1:9'; // discard: nothing listens there

test.each(realTokenizers.map((tokenizer) => [tokenizer.name.split('/').at(-1), tokenizer] as const))(
  'ids decode to the text, and are as many as counted (%s)',
  (_, tokenizer) => {
    for (const sample of samples) {
      expect(tokenizer.decode(tokenizer.encode(sample)).trimStart()).toBe(sample.trimStart());
      expect(tokenizer.count(sample)).toBe(tokenizer.encode(sample).length);
    }
  },
);

test('special marks in a text are counted as characters by the built-in vocabularies', async () => {
  const tokenizer = await loadTokenizer('cl100k_base');
  expect(tokenizer.count('<|endoftext|>')).toBeGreaterThan(1);
});

test.each(['o200k_base', 'cl100k_base'])(
  'a run without a break is counted in parts, however long it is (%s)',
  async (name) => {
    const { count, encode, decode } = await loadTokenizer(name);
    for (const letter of ['x', '今', ' ', '=', '\n']) {
      expect(count(letter.repeat(5 * 512))).toBe(5 * count(letter.repeat(512)));
      const row = `a ${letter.repeat(1_000_000)} b`;
      expect(decode(encode(row))).toBe(row);
      expect(count(row)).toBe(encode(row).length);
    }
  },
);

test.skipIf(!transformersInstalled)(
  'AutoTokenizer of transformers and the light engine give the same ids',
  async () => {
    useHub(hubUrl(), 'online');
    const auto = await loadTokenizer('test/llama2');
    const light = await loadTokenizer(llama2Folder);
    expect(auto.name).toBe('test/llama2');
    for (const sample of samples) {
      expect(auto.encode(sample)).toEqual(light.encode(sample));
      expect(auto.decode(auto.encode(sample))).toBe(light.decode(light.encode(sample)));
    }
  },
);

test.skipIf(!transformersInstalled)('what a hub gave once is found in the cache without it', async () => {
  useHub(hubUrl(), 'cached');
  await loadTokenizer('test/llama2');
  useHub(closedUrl, 'cached');
  expect((await loadTokenizer('test/llama2')).count('Hello there')).toBe(2);
});

test.skipIf(!transformersInstalled)('without a network the error says so and shows the way out', async () => {
  useHub(closedUrl, 'offline');
  await expect(loadTokenizer('facebook/opt-125m')).rejects.toMatchObject({
    message: 'the tokenizer of "facebook/opt-125m" cannot be loaded: no network, and it is not in the cache.',
    hint: 'Give a folder (--tokenizer ./my-tokenizer) or a built-in one (--tokenizer o200k_base).',
    exitCode: 2,
  });
});

test.skipIf(!transformersInstalled)('a model that the hub does not have is told from a missing network', async () => {
  useHub(hubUrl(), 'unknown');
  await expect(loadTokenizer('test/unknown')).rejects.toThrow(
    /^the tokenizer of "test\/unknown" cannot be loaded: (?!no network)/,
  );
});

test('the cache of huggingface_hub is used before any network', async () => {
  useHub(closedUrl, 'empty');
  vi.stubEnv('HF_HOME', join(folder, 'python'));
  const repository = join(folder, 'python', 'hub', 'models--test--model');
  mkdirSync(join(repository, 'refs'), { recursive: true });
  mkdirSync(join(repository, 'snapshots'));
  writeFileSync(join(repository, 'refs', 'main'), 'abc123');
  symlinkSync(llama2Folder, join(repository, 'snapshots', 'abc123'));
  const tokenizer = await loadTokenizer('test/model');
  expect(tokenizer).toMatchObject({ name: 'test/model' });
  expect(tokenizer.count('Hello there')).toBe(2);
});

test('the file itself serves as well as its folder, and needs no configuration beside it', async () => {
  const alone = join(folder, 'alone.json');
  symlinkSync(join(llama2Folder, 'tokenizer.json'), alone);
  const tokenizer = await loadTokenizer(alone);
  expect(tokenizer.count('Hello there')).toBe(2);
});

test.each(['./no-such-folder', '/no/such/folder', '../missing', 'a/b/c', 'not a name'])(
  '%s is looked for on disk only, and named when it is missing',
  async (path) => {
    await expect(loadTokenizer(path)).rejects.toThrow(`no tokenizer.json at "${path}"`);
  },
);

test.each(['not json', '[1', '"text"', '{}', '{"model": {"type": "Unheard"}}'])(
  'a tokenizer.json that holds %s is an error that names the file',
  async (content) => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, content);
    await expect(loadTokenizer(file)).rejects.toMatchObject({
      message: expect.stringContaining(`the tokenizer file ${file} cannot be used`),
      exitCode: 2,
    });
  },
);

test.each(['dummy', 'simulator'])(
  'with %s a model whose tokenizer cannot be had is counted with o200k_base, and says so',
  async (api) => {
    useHub(closedUrl, 'fallback');
    const { tokenizer, warning } = await resolveTokenizer({ model: 'facebook/opt-125m', api, fallback: 'o200k_base' });
    expect(tokenizer.name).toBe('o200k_base');
    expect(warning).toMatch(
      /^the tokenizer of "facebook\/opt-125m" cannot be loaded: .*; tokens are counted with o200k_base instead$/,
    );
  },
);

test('with a real server a model whose tokenizer cannot be had is an error', async () => {
  useHub(closedUrl, 'real');
  await expect(resolveTokenizer({ model: 'facebook/opt-125m', api: 'openai' })).rejects.toThrow(/cannot be loaded/);
});

test('what --tokenizer names is never replaced', async () => {
  await expect(
    resolveTokenizer({ tokenizer: './missing', model: 'm', api: 'dummy', fallback: 'o200k_base' }),
  ).rejects.toThrow(/no tokenizer.json/);
  const { tokenizer } = await resolveTokenizer({ tokenizer: 'cl100k_base', model: './missing', api: 'openai' });
  expect(tokenizer.name).toBe('cl100k_base');
});

test('a client without a model of its own uses its fallback and warns of nothing', async () => {
  const { tokenizer, warning } = await resolveTokenizer({ api: 'simulator', fallback: 'o200k_base' });
  expect(tokenizer.name).toBe('o200k_base');
  expect(warning).toBeUndefined();
});

test('a real server without a model is an error that asks for it', async () => {
  await expect(resolveTokenizer({ api: 'openai' })).rejects.toThrow('--api openai needs --model');
});
