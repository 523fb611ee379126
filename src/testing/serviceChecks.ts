import { strictEqual } from 'node:assert/strict';
import { type Clause, clause } from './clause.ts';
import { isListening } from './relay.ts';

/** What a client does with the server itself. The last one stops it. */
export const serviceChecks: readonly Clause[] = [
  clause('stopping what was never started harms nothing', (bench) =>
    bench.withClientAt({}, async (client) => {
      await bench.within(client.stopService(), 'stopService does not return');
      return undefined;
    }),
  ),
  clause('asked to flush the prefix cache, a client that declares it says whether that was done', async (bench) => {
    if (!bench.abilities.flushesPrefixCache) return 'it does not flush a prefix cache';
    const flushed = await (await bench.host()).flushPrefixCache?.();
    strictEqual(typeof flushed, 'boolean', 'flushPrefixCache says neither true nor false');
    return undefined;
  }),
  clause('a start that is broken off leaves nothing', async (bench) => {
    if (!bench.startsServer) return 'it starts no server';
    return bench.withClientAt({}, async (client) => {
      const broken = new AbortController();
      const start = client.startService(bench.serviceStart(broken.signal)).catch(() => ({ url: undefined }));
      broken.abort();
      const { url } = await bench.within(start, 'a start that is broken off does not end');
      await bench.within(client.stopService(), 'stopService does not return');
      if (url !== undefined) strictEqual(await isListening(url), false, `something listens at ${url}`);
      return undefined;
    });
  }),
  clause('stopping the service leaves nothing listening, and stopping it twice harms nothing', async (bench) => {
    const { url } = await bench.service();
    const host = await bench.host();
    await bench.closeRelay();
    await bench.within(host.stopService(), 'stopService does not return');
    await bench.within(host.stopService(), 'the second stopService does not return');
    host.close();
    if (url !== undefined && bench.startsServer)
      strictEqual(await isListening(url), false, `something listens at ${url}`);
    return undefined;
  }),
];
