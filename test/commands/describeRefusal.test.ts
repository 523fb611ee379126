import { expect, test } from 'vitest';
import type { Failure } from '../../src/clients/client.ts';
import { loadAdapter } from '../../src/clients/registry.ts';
import { describeRefusal } from '../../src/commands/describeRefusal.ts';

async function told(api: string, failure: Failure, url: string | undefined = 'http://me:secret@there:8000') {
  const options = url === undefined ? { api } : { api, url };
  const ours = api.endsWith('.js') ? 'dummy' : api;
  const { message, hint, exitCode } = describeRefusal(failure, { options, adapter: await loadAdapter(ours) });
  return { message, hint, exitCode };
}

const status = (httpStatus: number, message?: string): Failure => ({
  kind: 'httpStatus',
  reason: 'status',
  httpStatus,
  ...(message === undefined ? {} : { message }),
});

test.each([
  ['openai', 401, /OPENAI_API_KEY.*--api_key_env/],
  ['vllm', 403, /OPENAI_API_KEY.*--api_key_env/],
  ['openai', 400, /--ignore_eos false/],
  ['anthropic', 401, /ANTHROPIC_API_KEY/],
  ['azureml', 401, /AZUREML_API_KEY.*--api_key_command/],
  ['azureml', 404, /--deployment_name/],
  ['llamacpp', 401, /variable that holds it with --api_key_env/],
  ['dummy', 401, /--help/],
] as const)('the way out of what %s hears of HTTP %i is its own', async (api, httpStatus, hint) => {
  const refusal = await told(api, status(httpStatus, 'no.'));
  expect(refusal).toMatchObject({
    message: `http://***@there:8000 answers HTTP ${httpStatus}: no`,
    hint: expect.stringMatching(hint),
    exitCode: 4,
  });
  if (api !== 'openai' && api !== 'vllm') expect(refusal.hint).not.toContain('OPENAI');
});

test.each([
  [{ kind: 'connect', reason: 'refused', message: 'connect ECONNREFUSED' }, /\(connection refused\): connect ECONN/],
  [{ kind: 'connect', reason: 'transport', message: 'self-signed certificate' }, /\(no connection\): self-signed/],
  [{ kind: 'connect', reason: 'noKey', message: '--api_key_command: it printed no key' }, /\(no key\): --api_key_comm/],
  [{ kind: 'connect', reason: 'inkless' }, /^cannot reach http:\/\/\*\*\*@there:8000 \(inkless\)$/],
  [{ kind: 'timeout', reason: 'request', message: 'no answer after 9 ms' }, /did not answer in time: no answer after/],
  [{ kind: 'timeout', reason: 'notSent' }, /^the client openai did not send its request to/],
  [{ kind: 'protocol', reason: 'notJson', message: '<html>' }, /does not answer as expected \(notJson\): <html>/],
] as const)('%j is told in its own words', async (failure, words) => {
  const refusal = await told('openai', failure);
  expect(refusal.message).toMatch(words);
  expect(refusal.exitCode).toBe(4);
});

test('a redirect is told with where it leads to, and what to do', async () => {
  const failure = { ...status(307, 'it redirects to https://there/v1/completions'), reason: 'redirect' };
  expect(await told('openai', failure)).toMatchObject({
    message: 'http://***@there:8000 answers HTTP 307: it redirects to https://there/v1/completions',
    hint: expect.stringContaining('as --url'),
  });
});

test('what a client speaks is asked for, not the OpenAI API', async () => {
  const { hint } = await told('fastgen', { kind: 'protocol', reason: 'badFrame' });
  expect(hint).toMatch(/--api fastgen speaks: DeepSpeed-MII's gRPC/);
});

test('without an address the server is ours, embedded or not', async () => {
  const refused: Failure = { kind: 'connect', reason: 'refused' };
  const words = (api: string) =>
    loadAdapter(api).then((adapter) => describeRefusal(refused, { options: { api }, adapter }).message);
  expect(await words('simulator')).toBe('cannot reach the embedded server (connection refused)');
  expect(await words('vllm')).toBe('cannot reach the server (connection refused)');
});

test('a client from outside that throws is named; one of ours is a bug', async () => {
  const failure: Failure = { kind: 'protocol', reason: 'clientThrew', message: 'no ink' };
  expect(await told('./mine.js', failure)).toMatchObject({
    message: '--api ./mine.js: its client fails: no ink',
    exitCode: 2,
  });
  expect(await told('openai', failure)).toMatchObject({ exitCode: 1 });
});
