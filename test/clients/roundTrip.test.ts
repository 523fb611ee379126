import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openaiTarget } from '../../src/clients/openaiTarget.ts';
import { measureRoundTrip } from '../../src/clients/roundTrip.ts';
import { createRunClock } from '../../src/core/clock.ts';

const options = { header: [], api_key_env: 'NONE_A', organization_env: 'NONE_B', project_env: 'NONE_C' };

async function measure(date?: (now: number) => Date) {
  const server = createServer((_, response) => {
    if (date !== undefined) response.setHeader('date', date(Date.now()).toUTCString());
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return measureRoundTrip(options, openaiTarget(url), createRunClock(0));
}

test('connecting and the way to the server and back are measured apart', async () => {
  const measured = await measure();
  expect(measured?.connectMs).toBeGreaterThan(0);
  expect(measured?.medianMs).toBeGreaterThan(0);
  expect(measured).not.toHaveProperty('clockAheadMs');
});

test.each([3600, -3600])('a clock that is %i s ahead is found, to a second', async (seconds) => {
  const measured = await measure((now) => new Date(now + seconds * 1000));
  expect(Math.abs((measured?.clockAheadMs ?? 0) / 1000 - seconds)).toBeLessThan(1);
});

test('a date that was written a while ago is no clock that is behind', async () => {
  expect(await measure((now) => new Date(now - 1500))).not.toHaveProperty('clockAheadMs');
});

test('a server that is not there has no round trip', async () => {
  expect(await measureRoundTrip(options, openaiTarget('http://127.0.0.1:9'), createRunClock(0))).toBeUndefined();
});
