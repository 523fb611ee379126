import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CommandKey } from '../../src/clients/commandKey.ts';

const printToken = fileURLToPath(new URL('./fixtures/printToken.js', import.meta.url));

/** A key of a command that notes each of its runs. */
function notedKey(lifeMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const notes = join(folder, 'notes');
  const runs = () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').length - 1 : 0);
  return { key: new CommandKey(`"${process.execPath}" "${printToken}" ${lifeMs} "${notes}"`), runs };
}

test('a command is run once for all that wait, and its key is there at once after that', async () => {
  const { key, runs } = notedKey(60_000);
  const [one, other] = await Promise.all([key.now(), key.now()]);
  expect(one).toBe(other);
  expect(key.now()).toBe(one);
  expect(runs()).toBe(1);
});

test('a key that is refused is replaced once, and another key that is refused replaces nothing', async () => {
  const { key, runs } = notedKey(60_000);
  const first = await key.now();
  key.refuse('an older one');
  expect(key.now()).toBe(first);
  key.refuse(first);
  const second = await key.now();
  expect(second).not.toBe(first);
  key.refuse(second);
  expect(key.now()).toBe(second);
  expect(runs()).toBe(2);
});

test('a token that has expired when it is printed is no key', async () => {
  const { key } = notedKey(-1000);
  await expect(key.now()).rejects.toThrow('it printed a token that has expired');
});

test('a command that fails is told of without its words and without what it printed, and is not run at every request', async () => {
  const key = new CommandKey(
    `"${process.execPath}" -e "console.log('secret'); console.error('no login'); process.exit(3)"`,
  );
  const error = await Promise.resolve(key.now()).catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/ended with 3 \(no login\)/);
  expect(String(error)).not.toMatch(/secret/);
  await expect(key.now()).rejects.toBe(error);
});

test('a command that is no line of words is refused', () => {
  expect(() => new CommandKey('az "account')).toThrow('--api_key_command');
  expect(() => new CommandKey('  ')).toThrow('it names no program');
});
