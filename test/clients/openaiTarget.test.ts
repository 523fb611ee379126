import { expect, test } from 'vitest';
import { openaiTarget } from '../../src/clients/openaiTarget.ts';

test.each([
  ['http://h:1', undefined, '/v1/completions', 'completions'],
  ['http://h:1/', 'chat', '/v1/chat/completions', 'chat'],
  ['http://h:1/v1', undefined, '/v1/completions', 'completions'],
  ['http://h:1/v1/', 'chat', '/v1/chat/completions', 'chat'],
  ['http://h:1/v1/chat/completions', undefined, '/v1/chat/completions', 'chat'],
  ['http://h:1/proxy/v1/completions', undefined, '/proxy/v1/completions', 'completions'],
  ['http://h:1/proxy', undefined, '/proxy/v1/completions', 'completions'],
  ['http://h:1/openai/completions?api-version=1', undefined, '/openai/completions?api-version=1', 'completions'],
  ['http://h:1/v1/responses', undefined, '/v1/responses', 'responses'],
  ['http://h:1', 'embeddings', '/v1/embeddings', 'embeddings'],
  ['http://h:1/api/v4', 'chat', '/api/v4/chat/completions', 'chat'],
  ['http://h:1/v1beta/openai/', 'chat', '/v1beta/openai/chat/completions', 'chat'],
] as const)('%s with endpoint %s is asked at %s', (url, endpoint, path, chosen) => {
  expect(openaiTarget(url, endpoint)).toMatchObject({ origin: 'http://h:1', path, endpoint: chosen });
});

test.each([
  ['http://h:1', '', '/v1'],
  ['http://h:1/v1/chat/completions', '', '/v1'],
  ['http://h:1/proxy/v1', '/proxy', '/proxy/v1'],
])('%s has its own paths below "%s" and those of the API below %s', (url, base, root) => {
  expect(openaiTarget(url)).toMatchObject({ base, root });
});

test('user info of an address is taken out of it', () => {
  expect(openaiTarget('http://me:p%40ss@h:1/v1')).toMatchObject({ origin: 'http://h:1', userInfo: 'me:p@ss' });
});

test('a password with a bare % is refused, with how it is written', () => {
  expect(() => openaiTarget('http://me:pa%ss@h:1')).toThrow(/^--url: the user or the password has a % that stands/);
});

test.each(['h:1', 'ftp://h', 'not a url', ''])('%j is no address', (url) => {
  expect(() => openaiTarget(url)).toThrow(/--url: expected an address/);
});

test('a wrong address does not give away its password', () => {
  expect(() => openaiTarget('ftp://me:secret@h')).toThrow(/^(?!.*secret)/);
});

test('a path and an endpoint that contradict each other are refused', () => {
  expect(() => openaiTarget('http://h/v1/chat/completions', 'completions')).toThrow(/asks for chat/);
});
