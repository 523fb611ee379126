import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openaiTarget } from '../../src/clients/openaiTarget.ts';
import { probeServer } from '../../src/clients/probeServer.ts';
import { refuseWrongScheme } from '../../src/clients/schemeCheck.ts';
import { createRunClock } from '../../src/core/clock.ts';

const pem = readFileSync(new URL('../fixtures/loopback-tls.pem', import.meta.url));

async function listening(server: Server): Promise<string> {
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const http = () => listening(createHttpServer((_request, response) => response.end('{}')));
const https = () => listening(createHttpsServer({ key: pem, cert: pem }, (_request, response) => response.end('{}')));
/** Answers what begins like HTTP, and waits for more of what does not. */
const patient = () =>
  listening(
    createServer((socket) =>
      socket.on('data', (bytes) => {
        if (/^[A-Z]+ /.test(bytes.toString('latin1'))) socket.end('HTTP/1.0 200 OK\r\n\r\n');
      }),
    ),
  );

test.each([
  ['https', 'a server of plain HTTP', http, /^the server at (.*) does not speak TLS; try http:\/\/\1$/],
  ['https', 'one that waits for more', patient, /^the server at (.*) does not speak TLS; try http:\/\/\1$/],
  ['http', 'a server of HTTPS', https, /^the server at (.*) expects TLS; try https:\/\/\1$/],
] as const)(
  '%s:// asked of %s is refused before a request waits for its deadline',
  async (scheme, _what, start, words) => {
    const place = await start();
    const settings = { model: 'm', header: [], organization_env: 'NONE_A', project_env: 'NONE_B' };
    const probing = probeServer(settings, openaiTarget(`${scheme}://${place}`), createRunClock(0));
    await expect(probing).rejects.toMatchObject({ code: 'serverUnreachable', message: expect.stringMatching(words) });
  },
);

test('a server of the right scheme, and one that is not there, are not refused', async () => {
  await expect(refuseWrongScheme(`http://${await http()}`)).resolves.toBeUndefined();
  await expect(refuseWrongScheme(`https://${await https()}`)).resolves.toBeUndefined();
  await expect(refuseWrongScheme('https://127.0.0.1:9')).resolves.toBeUndefined();
});
