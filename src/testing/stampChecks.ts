import { deepStrictEqual, ok } from 'node:assert/strict';
import { expectWhole, inEachMode } from './answerChecks.ts';
import { type Clause, clause } from './clause.ts';
import { type ContractBench, specOf } from './contractBench.ts';
import { noAddress, type Relay } from './relay.ts';

/** Long enough for several pieces on either side of its middle. */
const spec = specOf(64);

/** When a client marks what happens: the server's answer is let through step by step, and each mark has its step. */
export const stampChecks: readonly Clause[] = [
  clause('marks are made when it happens: none before its time, and none when the rest has come', async (bench) => {
    const relay = await bench.relay();
    if (relay === undefined) return noAddress;
    await inEachMode(bench, async (streaming) => {
      try {
        await markStepByStep(bench, relay, streaming);
      } finally {
        relay.reset();
      }
    });
    return undefined;
  }),
];

async function markStepByStep(bench: ContractBench, relay: Relay, streaming: boolean): Promise<void> {
  relay.reset();
  await bench.withClient({ streaming }, async (client) => expectWhole(await bench.exchange(client, spec)));
  const half = Math.floor(relay.answerBytes / 2);
  relay.reset({ holdAfterBytes: 0 });
  await bench.withClient({ streaming }, async (client) => {
    const exchange = bench.start(client, spec);
    await exchange.whenMarked('sent');
    deepStrictEqual(exchange.marks, ['sent'], 'the marks until the server has answered');
    relay.pass(half);
    if (streaming) {
      await exchange.whenOutput();
      ok(exchange.outputs.length > 0, 'nothing was received while the rest of the answer was still to come');
    }
    ok(!exchange.marks.includes('ended'), 'ended is marked before the answer has ended');
    const passedAtMs = bench.clock.nowMs();
    relay.pass();
    await exchange.settled();
    expectWhole(exchange);
    if (!streaming) return;
    const stamps = exchange.outputs.map(({ atMs }) => atMs);
    const strange = stamps.filter((atMs) => !exchange.pieceAtMs.includes(atMs));
    deepStrictEqual(strange, [], 'outputs have stamps that no piece has');
    const [first = Number.POSITIVE_INFINITY] = stamps;
    ok(first <= passedAtMs, 'the first output has a stamp of later pieces');
    ok((stamps.at(-1) ?? 0) >= passedAtMs, 'the last output has a stamp of earlier pieces');
  });
}
