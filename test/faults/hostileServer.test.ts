import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { descendantsOf, quick, startCommand, temporaryFolder, until } from '../endToEnd/command.ts';
import { seenEvents } from '../endToEnd/liveLog.ts';
import { hasPseudoTerminal, startInTerminal } from '../endToEnd/pseudoTerminal.ts';
import { startWaywardServer, token } from '../endToEnd/waywardServer.ts';

/** Takes over a terminal's title and clipboard, clears it, runs in a page, in a spreadsheet, in a Markdown viewer. */
const hostile =
  '=cmd|x\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[2J\u009b31m\u202e<img src=x onerror=own()> [y](javascript:own()) | z';

/** A server that says such words wherever a server says something. */
function startHostileServer(): Promise<string> {
  const head = { 'content-type': 'text/event-stream' };
  return startWaywardServer(
    (response, n) => {
      if (n % 2 === 1) return void response.writeHead(418).end(JSON.stringify({ error: { message: hostile } }));
      response.writeHead(200, head).end(`${token(hostile)}${token('', hostile)}data: [DONE]\n\n`);
    },
    {
      '/v1/models': { data: [{ id: hostile, owned_by: 'vllm', max_model_len: 30 }] },
      '/version': { version: hostile },
    },
  );
}

const target = async () => ['--api', 'openai', '--model', 'm', '--streaming', '--url', await startHostileServer()];
const load = ['--num_clients', '2', ...quick.filter((word) => word !== '--quiet'), '--max_error_ratio', '1'];

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

test('words of servers reach a pipe, files and reports as words only', async () => {
  const resultDir = temporaryFolder();
  const run = await startCommand([...(await target()), ...load], { resultDir }).ended;
  expect(run.stdout).toContain('<img');
  const outputs = [run.stdout, run.stderr];
  for (const format of ['text', 'html', 'md', 'svg', 'csv']) {
    const { code, stdout } = await startCommand(['report', 'latest', '--format', format], { resultDir }).ended;
    expect({ format, code }).toEqual({ format, code: 0 });
    if (format === 'html' || format === 'svg') expect(stdout).not.toContain('<img');
    if (format === 'md') expect(stdout).not.toMatch(/(^|[^\\])(<img|\]\(javascript)/);
    if (format === 'csv') expect(stdout).not.toMatch(/(^|,)"?=cmd/m);
    else outputs.push(stdout);
  }
  for (const what of ['requests', 'events']) {
    const { stdout } = await startCommand(['export', 'latest', '--what', what, '--format', 'csv'], { resultDir }).ended;
    expect(stdout).not.toMatch(/(^|,)"?=cmd/m);
  }
  for (const output of outputs) expect(output).not.toMatch(controls);
}, 240_000);

test('check says what a hostile server is, in words only', async () => {
  const { stdout, stderr } = await startCommand(['check', ...(await target()), ...load], {
    resultDir: temporaryFolder(),
  }).ended;
  expect(stdout).toContain('<img');
  expect(stdout + stderr).not.toMatch(controls);
}, 240_000);

test.skipIf(!hasPseudoTerminal)(
  'words of servers cannot take over the terminal of the live view',
  async () => {
    const command = startInTerminal([...(await target()), ...load, '--ui', 'live'], temporaryFolder());
    const { output } = await command.ended;
    expect(output).toContain('<img');
    for (const sequence of ['\u001b]', '\u009b', '\u202e']) expect(output).not.toContain(sequence);
  },
  240_000,
);

/** Addresses on which processes listen: hexadecimal, as /proc has them. */
function listeningAddresses(pids: readonly number[]): readonly string[] {
  const inodes = new Set(pids.flatMap(socketInodes));
  return ['tcp', 'tcp6'].flatMap((table) => {
    const [, ...rows] = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n');
    return rows.flatMap((row) => {
      const columns = row.trim().split(/\s+/);
      const [, local = '', , state] = columns;
      return state === '0A' && inodes.has(columns[9] ?? '') ? [local.split(':')[0] ?? ''] : [];
    });
  });
}

function socketInodes(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1] ?? [];
    } catch {
      return []; // closed in the meantime
    }
  });
}

test('a run listens on 127.0.0.1 alone, and nobody else can read what it leaves', async () => {
  const resultDir = join(temporaryFolder(), 'results');
  const endless = ['--num_clients', '2', ...quick, '--num_requests_per_client', '10000', '--workers', '2'];
  const command = startCommand([...endless, '--serve_metrics', '0'], { resultDir });
  await seenEvents(resultDir, (events) => events.some(({ type }) => type === 'request.completed'));
  const addresses = await until(() => {
    const found = listeningAddresses([command.pid, ...descendantsOf(command.pid)]);
    return found.length >= 2 ? found : undefined;
  });
  expect([...new Set(addresses)]).toEqual(['0100007F']);
  command.kill('SIGINT');
  await command.ended;
  const places = ['.', ...readdirSync(resultDir, { recursive: true, encoding: 'utf8' })];
  const open = places.filter((place) => (statSync(join(resultDir, place)).mode & 0o077) !== 0);
  expect(places.length).toBeGreaterThan(4);
  expect(open).toEqual([]);
});
