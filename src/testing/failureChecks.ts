import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import type { Failure } from '../clients/client.ts';
import type { FailureKind } from '../events/events.ts';
import { expectWhole, inEachMode } from './answerChecks.ts';
import { type Clause, clause } from './clause.ts';
import { type ContractBench, specOf } from './contractBench.ts';
import type { DrivenExchange } from './drivenExchange.ts';
import { noAddress, refusedUrl } from './relay.ts';
import { type Misbehaviour, startWaywardServer } from './waywardServer.ts';

/** What a client makes of exchanges that end badly, each of which it sends once. */
export const failureChecks: readonly Clause[] = [
  clause('a port that refuses is a failure to connect', async (bench) => {
    const relay = await bench.relay();
    if (relay === undefined) return noAddress;
    return bench.withClientAt({ url: await refusedUrl(relay.url) }, async (client) => {
      const exchange = await bench.exchange(client, specOf(5));
      expectFailure(exchange, ['connect']);
      deepStrictEqual(exchange.marks, ['failed'], 'nothing was sent');
      return undefined;
    });
  }),
  clause(
    'a connection that closes in the middle of an answer is a failure of the stream, and is not made again',
    async (bench) => {
      const relay = await bench.relay();
      if (relay === undefined) return noAddress;
      await inEachMode(bench, async (streaming) => {
        relay.reset();
        await bench.withClient({ streaming }, async (client) => expectWhole(await bench.exchange(client, specOf(32))));
        const half = Math.floor(relay.answerBytes / 2);
        relay.reset({ cutAfterBytes: half });
        try {
          const exchange = await bench.withClient({ streaming }, (client) => bench.exchange(client, specOf(32)));
          expectFailure(exchange, ['stream']);
          strictEqual(relay.connections, 1, 'connections for one request');
        } finally {
          relay.reset();
        }
      });
      return undefined;
    },
  ),
  clause('HTTP 500 is a failure by status in the words of the server, and the request is sent once', (bench) =>
    misbehave(bench, 'refuses', (exchange) => {
      const { httpStatus, message = '' } = expectFailure(exchange, ['httpStatus']);
      strictEqual(httpStatus, 500);
      match(message, /out of memory/);
    }),
  ),
  clause('a server that hangs up without an answer is a failure of the stream, and the request is sent once', (bench) =>
    misbehave(bench, 'hangsUp', (exchange) => expectFailure(exchange, ['stream'])),
  ),
  clause('an answer in another language is a failure, and the request is sent once', (bench) =>
    misbehave(bench, 'babbles', (exchange) => expectFailure(exchange, ['protocol', 'stream'])),
  ),
];

async function misbehave(
  bench: ContractBench,
  misbehaviour: Misbehaviour,
  expectOf: (exchange: DrivenExchange) => void,
): Promise<string | undefined> {
  const { url = '' } = await bench.service();
  if (!/^https?:/.test(url)) return 'it does not speak HTTP';
  await inEachMode(bench, async (streaming) => {
    const server = await startWaywardServer(misbehaviour);
    try {
      await bench.withClientAt({ url: server.url, streaming }, async (client) => {
        expectOf(await bench.exchange(client, specOf(5)));
      });
      strictEqual(server.requests, 1, 'requests that the server has seen');
    } finally {
      await server.close();
    }
  });
  return undefined;
}

function expectFailure({ failure, marks }: DrivenExchange, kinds: readonly FailureKind[]): Failure {
  ok(failure !== undefined, `expected a failure (${kinds.join(' or ')}), it was marked: ${marks.join(', ')}`);
  ok(kinds.includes(failure.kind), `expected ${kinds.join(' or ')}, got ${JSON.stringify(failure)}`);
  match(failure.reason, /^[a-z][A-Za-z0-9]*$/, 'a reason is a word in lowerCamelCase');
  const closes = marks.filter((mark) => mark === 'ended' || mark === 'failed');
  strictEqual(closes.length, 1, `exactly one of ended and failed closes an exchange, got ${closes.join(', ')}`);
  return failure;
}
