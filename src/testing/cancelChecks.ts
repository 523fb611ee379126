import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Client } from '../clients/client.ts';
import { expectWhole } from './answerChecks.ts';
import { type Clause, clause } from './clause.ts';
import { type ContractBench, specOf } from './contractBench.ts';
import type { DrivenExchange, Mark } from './drivenExchange.ts';
import { noAddress } from './relay.ts';

/** Long enough to be cut off in its middle. */
const longAnswer = 64;

/** What a client does with an exchange that is ended before its time. */
export const cancelChecks: readonly Clause[] = [
  clause('an exchange can be cancelled before it is sent, twice, and the next one works', (bench) =>
    bench.withClient({}, async (client) => {
      const exchange = bench.start(client, specOf(longAnswer));
      cancelTwice(exchange);
      await expectNextWorks(bench, client);
      await expectAborted(exchange);
      return undefined;
    }),
  ),
  clause('an exchange can be cancelled once it is sent, twice, and the next one works', (bench) =>
    cancelAt(bench, 'sent'),
  ),
  clause('an exchange can be cancelled in the middle of its answer, twice, and the next one works', (bench) =>
    cancelAt(bench, 'received'),
  ),
  clause('a cancelled exchange takes its connection with it: a request that is sent at once has another one', (bench) =>
    cancelOverRelay(bench),
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
    if (relay === undefined) return noAddress;
    await bench.withClient({}, async (client) => {
      expectWhole(await bench.exchange(client, specOf(5)));
      client.close();
    });
    await bench.within(relay.whenClosed(), 'the connection of a closed client stays open');
    return undefined;
  }),
];

async function cancelAt(bench: ContractBench, at: Mark): Promise<string | undefined> {
  const { streams } = bench.abilities;
  // An answer that is not streamed may have come as a whole with its first piece.
  if (at === 'received' && !streams) return 'it does not stream';
  return bench.withClient({ streaming: streams }, async (client) => {
    const exchange = bench.start(client, specOf(longAnswer));
    await exchange.whenMarked(at);
    cancelTwice(exchange);
    await expectNextWorks(bench, client);
    await expectAborted(exchange);
    return undefined;
  });
}

/** Before the answer has begun and, where it streams, in its middle: the relay holds the rest back. */
async function cancelOverRelay(bench: ContractBench): Promise<string | undefined> {
  const relay = await bench.relay();
  if (relay === undefined) return noAddress;
  const { streams: streaming } = bench.abilities;
  relay.reset();
  await bench.withClient({ streaming }, async (client) =>
    expectWhole(await bench.exchange(client, specOf(longAnswer))),
  );
  const half = Math.floor(relay.answerBytes / 2);
  try {
    for (const holdAfterBytes of streaming ? [0, half] : [0]) {
      relay.reset({ holdAfterBytes });
      await bench.withClient({ streaming }, async (client) => {
        const exchange = bench.start(client, specOf(longAnswer));
        await (holdAfterBytes === 0 ? exchange.whenMarked('sent') : exchange.whenOutput());
        const closed = relay.whenClosed();
        exchange.cancel();
        relay.pass();
        await expectNextWorks(bench, client);
        await bench.within(closed, 'the connection of a cancelled exchange stays open');
        strictEqual(relay.connections, 2, 'connections of a request that was cancelled, and of the next one');
      });
    }
  } finally {
    relay.reset();
  }
  return undefined;
}

function cancelTwice(exchange: DrivenExchange): void {
  exchange.cancel();
  exchange.cancel();
}

/** Also when all that was to come has come. */
async function expectAborted(exchange: DrivenExchange): Promise<void> {
  await exchange.closed;
  const closes = exchange.marks.filter((mark) => mark === 'ended' || mark === 'failed');
  deepStrictEqual(closes, ['failed'], 'a cancelled exchange fails, once');
  strictEqual(exchange.failure?.kind, 'aborted', 'the kind of failure of a cancelled exchange');
}

async function expectNextWorks(bench: ContractBench, client: Client): Promise<void> {
  expectWhole(await bench.exchange(client, specOf(5, 1)));
}
