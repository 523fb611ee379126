import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../clients/freePort.ts';
import {
  commandLineOf,
  descendantsOf,
  type Ended,
  filesWith,
  lastRun,
  loggedEvents,
  mainModule,
  quick,
  startCommand,
  temporaryFolder,
} from '../endToEnd/command.ts';
import { startWaywardServer, token } from '../endToEnd/waywardServer.ts';

/** A secret for each place in which one can be given, none like another. */
const secrets = {
  environment: 'planted-environment-1f0c9a',
  organization: 'planted-organization-77be21',
  flag: 'planted-flag-5d1e02',
  yaml: 'planted-yaml-93ab6c',
  url: 'planted-url-0c44de',
  query: 'planted-query-e81b70',
  body: 'planted-body-48fa13',
};

const requests = ['--num_clients', '2', ...quick.filter((word) => word !== '--quiet')];

interface Planted {
  readonly resultDir: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Command lines of the processes that the command started, as they were while requests came. */
  readonly childCommands: Set<string>;
  readonly watch: (pid: number) => void;
}

/** A server that repeats all that it was sent in whatever it says, and the options of a run that has secrets everywhere. */
async function plant(): Promise<Planted> {
  const [resultDir, folder] = [temporaryFolder(), temporaryFolder()];
  const childCommands = new Set<string>();
  let watched: number | undefined;
  const url = await startWaywardServer(
    (response, n, request) => {
      for (const pid of watched === undefined ? [] : descendantsOf(watched)) childCommands.add(commandLineOf(pid));
      const echo = `${request.url} ${JSON.stringify(request.headers)} ${secrets.body}`;
      if (n % 3 === 1) {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: `${'x'.repeat(10 * (n % 30))} ${echo}` } }));
      } else if (n % 3 === 2) {
        response.writeHead(302, { location: `http://127.0.0.1:1/${secrets.environment}` }).end();
      } else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const piece of echo.match(/.{1,9}/g) ?? []) response.write(token(piece));
        response.end(`${token('end', secrets.environment)}data: [DONE]\n\n`);
      }
    },
    {
      '/v1/models': { data: [{ id: secrets.environment, owned_by: 'vllm', max_model_len: 4096 }] },
      '/version': { version: secrets.environment },
    },
  );
  const config = join(folder, 'planted.yaml');
  writeFileSync(config, `header: ["X-Auth-Token: ${secrets.yaml}"]\nextra_body: {password: ${secrets.body}}\n`);
  const address = `${url.replace('//', `//me:${secrets.url}@`)}/v1/completions?api_key=${secrets.query}`;
  return {
    resultDir,
    args: ['--api', 'openai', '--model', 'm', '--streaming', '--config_file', config, '--url', address, ...requests],
    env: { OPENAI_API_KEY: secrets.environment, OPENAI_ORG_ID: secrets.organization, XDG_STATE_HOME: folder },
    childCommands,
    watch: (pid) => {
      watched = pid;
    },
  };
}

function expectNoSecret(text: string): void {
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret.slice(0, -2));
}

function expectNoSecretBelow(folder: string): void {
  for (const secret of Object.values(secrets)) expect(filesWith(folder, secret.slice(0, -2))).toEqual([]);
}

async function end({ args, env, watch, resultDir }: Planted, ...more: readonly string[]): Promise<Ended> {
  const command = startCommand([...args, ...more], { resultDir, env });
  watch(command.pid);
  const ended = await command.ended;
  expectNoSecret(ended.stdout);
  expectNoSecret(ended.stderr);
  expectNoSecretBelow(resultDir);
  return ended;
}

test('no secret is left by a run against a server that repeats it, in whichever way it was given', async () => {
  const planted = await plant();
  await end(planted, '--debug');
  const events = await loggedEvents(lastRun(planted.resultDir));
  const failures = events.filter((event) => event.type === 'request.failed');
  expect(failures.map(({ httpStatus }) => httpStatus)).toEqual(expect.arrayContaining([500, 302]));
  expect(failures.map(({ message }) => message).join()).toContain('***');
  expect(events.filter((event) => event.type === 'request.completed').length).toBeGreaterThan(0);
  expect(planted.childCommands.size).toBeGreaterThan(0);
  for (const command of planted.childCommands) expectNoSecret(command);

  const place = { resultDir: planted.resultDir };
  for (const format of ['text', 'html', 'json', 'csv', 'md', 'svg']) {
    const { code, stdout } = await startCommand(['report', 'latest', '--format', format], place).ended;
    expect(code).toBe(0);
    expectNoSecret(stdout);
  }
}, 240_000);

test('no secret is printed by check, by --dry_run, by the JSON lines and by --help', async () => {
  const planted = await plant();
  await end({ ...planted, args: ['check', ...planted.args] });
  await end(planted, '--dry_run');
  await end(planted, '--ui', 'json');
  const { stdout } = await end({ ...planted, args: ['run', '--help', ...planted.args] });
  expect(stdout).toContain('--api_key_env');
}, 240_000);

test('a key that is typed as a flag is taken, with a warning that others can see it', async () => {
  const planted = await plant();
  const key = ['--header', `Authorization: Bearer ${secrets.flag}`];
  await end(planted, ...key);
  const events = await loggedEvents(lastRun(planted.resultDir));
  const warnings = events.flatMap((event) => (event.type === 'run.warned' ? [event.message] : []));
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^--header: whoever lists the processes of this machine can read the key/),
      expect.stringMatching(/^--url: whoever/),
    ]),
  );
  expect(warnings.filter((words) => words.includes('whoever'))).toHaveLength(2);
}, 240_000);

test('a server of ours that prints its command line leaves no key in its log, nor in the note of it', async () => {
  const [resultDir, state, port] = [temporaryFolder(), temporaryFolder(), await freePort()];
  const printing = fileURLToPath(new URL('./fixtures/printingServer.js', import.meta.url));
  const server = `'${process.execPath}' '${printing}' {port} --api-key ${secrets.flag} '${mainModule}'`;
  const load = requests.filter((word, index) => word !== '--step_base_ms' && requests[index - 1] !== '--step_base_ms');
  const args = ['--api', 'vllm', '--model', 'm', '--port', String(port), '--server_command', server, ...load];
  const { code, stdout, stderr } = await startCommand(args, { resultDir, env: { XDG_STATE_HOME: state } }).ended;
  expect(code).toBe(0);
  expectNoSecret(stdout + stderr);
  expect(readFileSync(join(lastRun(resultDir), 'server.log'), 'utf8')).toMatch(/--api-key \*+ and --api-key=\*+\n/);
  expectNoSecretBelow(resultDir);
  expectNoSecretBelow(state);
});
