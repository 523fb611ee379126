import { expect, onTestFinished, test } from 'vitest';
import { sglangAdapter } from '../../src/clients/sglang.ts';
import { ContractBench } from '../../src/testing/contractBench.ts';
import { startImitatedServers } from './imitatedServers.ts';

test.each([
  ['', true],
  ['/generate', true],
  ['/elsewhere/generate', false], // no such route: a server that does not have it
])('at the address %j the prefix cache is emptied: %s', async (path, isEmptied) => {
  const server = await startImitatedServers();
  onTestFinished(server.close);
  const bench = new ContractBench({ adapter: sglangAdapter, settings: { url: `${server.url}${path}` } });
  await bench.withClientAt({}, async (client) => {
    expect(await client.flushPrefixCache?.()).toBe(isEmptied);
  });
});
