import { ok, strictEqual } from 'node:assert/strict';
import type { Client } from '../clients/client.ts';
import { expectWhole } from './answerChecks.ts';
import { type Clause, clause } from './clause.ts';
import { type ContractBench, specOf } from './contractBench.ts';
import type { DrivenExchange, Mark } from './drivenExchange.ts';

/** Long enough to be cut off in its middle. */
const longAnswer = 64;

/** What a client does with an exchange that is ended before its time. */
export const cancelChecks: readonly Clause[] = [
  clause('an exchange can be cancelled before it is sent, twice, and the next one works', (bench) =>
    bench.withClient({}, async (client) => {
      const exchange = bench.start(client, specOf(longAnswer));
      cancelTwice(exchange);
      await expectNextWorks(bench, client);
      ok(!exchange.marks.includes('ended'), 'a cancelled exchange ended well');
      return undefined;
    }),
  ),
  clause('an exchange can be cancelled once it is sent, twice, and the next one works', (bench) =>
    cancelAt(bench, 'sent'),
  ),
  clause('an exchange can be cancelled in the middle of its answer, twice, and the next one works', (bench) =>
    cancelAt(bench, 'received'),
  ),
  clause('cancelling an exchange that has ended harms nothing', (bench) =>
    bench.withClient({}, async (client) => {
      const exchange = await bench.exchange(client, specOf(5));
      cancelTwice(exchange);
      const next = bench.start(client, specOf(6, 1));
      cancelTwice(exchange);
      expectWhole(await next.settled());
      return undefined;
    }),
  ),
  clause('closing a client closes its connection, and closing it twice harms nothing', async (bench) => {
    const relay = await bench.relay();
    await bench.withClient({}, async (client) => {
      expectWhole(await bench.exchange(client, specOf(5)));
      client.close();
    });
    await bench.within(relay?.whenClosed(), 'the connection of a closed client stays open');
    return undefined;
  }),
];

async function cancelAt(bench: ContractBench, at: Mark): Promise<string | undefined> {
  const { streams } = bench.abilities;
  // An answer that is not streamed may have come as a whole with its first piece.
  if (at === 'received' && !streams) return 'it does not stream';
  const relay = await bench.relay();
  return bench.withClient({ streaming: streams }, async (client) => {
    let cancelled = (_exchange: DrivenExchange) => {};
    const whenCancelled = new Promise<DrivenExchange>((resolve) => {
      cancelled = resolve;
    });
    const exchange = bench.start(client, specOf(longAnswer), (mark, marked) => {
      // Not inside the mark itself: the client may not have returned what cancels it yet.
      if (mark === at) queueMicrotask(() => cancelled(marked));
    });
    await Promise.race([whenCancelled, exchange.closed]);
    cancelTwice(exchange);
    strictEqual(exchange.marks.includes('ended'), false, 'a cancelled exchange ended well');
    await bench.within(relay?.whenClosed(), 'the connection of a cancelled exchange stays open');
    await expectNextWorks(bench, client);
    ok(!exchange.marks.includes('ended'), 'a cancelled exchange ended well later');
    return undefined;
  });
}

function cancelTwice(exchange: DrivenExchange): void {
  exchange.cancel();
  exchange.cancel();
}

async function expectNextWorks(bench: ContractBench, client: Client): Promise<void> {
  expectWhole(await bench.exchange(client, specOf(5, 1)));
}
