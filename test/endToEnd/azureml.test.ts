import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type ImitatedEndpoint, startImitatedAzureml } from '../clients/imitatedAzureml.ts';
import { filesWith, lastRun, loggedEvents, runCommand, temporaryFolder } from './command.ts';

const printToken = fileURLToPath(new URL('../clients/fixtures/printToken.js', import.meta.url));
const load = [
  ...['--num_clients', '2', '--num_requests_per_client', '30', '--min_requests', '60', '--prompt_length', '16'],
  ...[
    '--max_new_tokens',
    '6',
    '--prompt_generator_seed',
    '1',
    '--tokenizer',
    'o200k_base',
    '--workers',
    '1',
    '--quiet',
  ],
];

/** An endpoint over TLS, with a certificate that only those know who are told of it. */
async function startTlsEndpoint(endpoint: ImitatedEndpoint) {
  const folder = temporaryFolder();
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  const tls = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const server = await startImitatedAzureml({ ...endpoint, tls });
  onTestFinished(server.close);
  return { ...server, env: { NODE_EXTRA_CA_CERTS: certFile }, folder };
}

test('an endpoint is measured over TLS while its tokens expire, and no token is printed or kept', async () => {
  const { url, requests, env, folder } = await startTlsEndpoint({ answerMs: 100, coldStartMs: 500 });
  const resultDir = temporaryFolder();
  const command = `"${process.execPath}" "${printToken}" 2500 "${join(folder, 'notes')}"`;
  const args = ['--api', 'azureml', '--api_url', url, '--model', 'm', '--deployment_name', 'blue'];
  const ended = await runCommand([...args, '--api_key_command', command, ...load], { resultDir, env });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBeGreaterThan(1);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain('secret-token');
  expect(filesWith(resultDir, 'secret-token')).toEqual([]);
});

test('429 and 424 are failures of their own kinds in the log, sent once each, and a key is never printed or kept', async () => {
  const key = 'a-key-that-nobody-sees';
  const faults = {
    30: { status: 429, headers: { 'retry-after': '3' }, body: '{"message":"too many"}' },
    31: { status: 424, headers: { 'ms-azureml-model-error-statuscode': '500' } },
  };
  const { url, requests, env } = await startTlsEndpoint({ answerMs: 5, faults, keys: [key] });
  const resultDir = temporaryFolder();
  const args = ['--api', 'azureml', '--api_url', url, '--model', 'm', '--api_key', key];
  const ended = await runCommand([...args, ...load], { resultDir, env });
  expect(ended.code).toBe(0);
  const failures = (await loggedEvents(lastRun(resultDir))).filter((event) => event.type === 'request.failed');
  expect(failures.map(({ kind, reason, httpStatus }) => [kind, reason, httpStatus]).toSorted()).toEqual([
    ['httpStatus', 'modelError', 424],
    ['httpStatus', 'throttled', 429],
  ]);
  const completed = (await loggedEvents(lastRun(resultDir))).filter((event) => event.type === 'request.completed');
  expect(requests).toHaveLength(completed.length + failures.length + 1); // one for the start
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(key);
  expect(filesWith(resultDir, key)).toEqual([]);
});

test('with --retries, what the endpoint turns away is sent again over TLS, and each try is in the log', async () => {
  const faults = {
    12: { status: 429, headers: { 'retry-after-ms': '20' } },
    14: { status: 424, headers: { 'ms-azureml-model-error-reason': 'model_not_ready', 'retry-after-ms': '20' } },
    16: { status: 408, headers: { 'retry-after': '0' } },
  };
  const { url, requests, env } = await startTlsEndpoint({ faults, keys: ['k'] });
  const resultDir = temporaryFolder();
  const address = ['--api', 'azureml', '--api_url', url, '--model', 'm', '--api_key', 'k'];
  // One client, so that what follows a fault is its own second try.
  const args = [...address, '--retries', '1', ...load, '--num_clients', '1'];
  expect(await runCommand(args, { resultDir, env })).toMatchObject({ code: 0, stderr: '' });
  const events = await loggedEvents(lastRun(resultDir));
  const retried = events.filter((event) => event.type === 'request.retried');
  expect(retried.map(({ reason, httpStatus, failedTry }) => [reason, httpStatus, failedTry]).toSorted()).toEqual([
    ['notReady', 424, 1],
    ['throttled', 429, 1],
    ['timeout', 408, 1],
  ]);
  expect(events.filter(({ type }) => type === 'request.failed')).toEqual([]);
  const completed = events.filter(({ type }) => type === 'request.completed');
  expect(requests).toHaveLength(completed.length + retried.length + 1); // one for the start
});

test('a certificate that nobody vouches for is a failure to connect', async () => {
  const { url, requests } = await startTlsEndpoint({ keys: ['k'] });
  const args = ['--api', 'azureml', '--api_url', url, '--model', 'm', '--api_key', 'k', ...load];
  const { code, stdout, stderr } = await runCommand(args, { resultDir: temporaryFolder() });
  expect(code).toBe(4);
  expect(`${stdout}${stderr}`).toMatch(/certificate/);
  expect(requests).toEqual([]);
});
