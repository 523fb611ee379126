import { expect, test } from 'vitest';
import { publicOptions } from '../../src/config/publicOptions.ts';
import { completeOptions } from '../../src/config/runOptions.ts';
import { maskUserInfo } from '../../src/core/maskUserInfo.ts';

test.each([
  ['http://me:secret@host:8000/v1?x=1', 'http://***@host:8000/v1?x=1'],
  ['https://token@host', 'https://***@host'],
  ['me:secret@host/v1', '***@host/v1'],
  ['http://a@b:c@host', 'http://***@host'],
  ['http://host/user@example', 'http://host/user@example'],
  ['http://host?mail=a@b', 'http://host?mail=a@b'],
])('%s is shown as %s', (url, shown) => {
  expect(maskUserInfo(url)).toBe(shown);
});

test('secrets and what was not given are left out', () => {
  const options = completeOptions({ api: 'openai', model: 'm', url: 'http://me:pass@host', header: ['K: sesame'] });
  const shown = publicOptions(options);
  expect(JSON.stringify(shown)).not.toMatch(/sesame|pass/);
  expect(shown).toMatchObject({ api: 'openai', model: 'm', url: 'http://***@host', prompt_length: 2600 });
  expect(Object.values(shown)).not.toContain(undefined);
});
