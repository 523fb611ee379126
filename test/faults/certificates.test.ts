import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { lastRun, quick, runCommand, startCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { answer } from '../endToEnd/waywardServer.ts';

/** A server whose certificate nobody vouches for. @returns its URL */
async function startTlsServer(): Promise<string> {
  const pem = readFileSync(new URL('../fixtures/loopback-tls.pem', import.meta.url));
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(404).end();
    request.resume().on('end', () => answer(response, 0, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a certificate that nobody vouches for is refused, and taken by --insecure, which the report tells', async () => {
  const resultDir = temporaryFolder();
  const url = await startTlsServer();
  const args = ['--api', 'openai', '--model', 'm', '--streaming', '--num_clients', '2', ...quick, '--url', url];
  const refused = await runCommand(args, { resultDir });
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/certificate/);

  const { code } = await runCommand([...args, '--insecure'], { resultDir });
  expect(code).toBe(0);
  const { warnings, levels } = summaryOf(lastRun(resultDir));
  expect(levels[0]?.requests.completed).toBe(8);
  expect(warnings).toEqual(
    expect.arrayContaining([expect.stringMatching(/^--insecure: certificates are not verified/)]),
  );
  for (const format of ['text', 'html']) {
    const { stdout } = await startCommand(['report', 'latest', '--format', format], { resultDir }).ended;
    expect(stdout).toContain('--insecure');
  }
}, 240_000);
