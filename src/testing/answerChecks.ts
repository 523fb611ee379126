import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { duties, type RequestSpec } from '../clients/client.ts';
import { type Clause, clause } from './clause.ts';
import { type ContractBench, specOf } from './contractBench.ts';
import type { DrivenExchange } from './drivenExchange.ts';

const lengths = [1, 7, 32];
const users = 4;

/** What a client says of answers that end well. */
export const answerChecks: readonly Clause[] = [
  clause('the client has every duty', async (bench) => {
    const client = bench.clientAt({});
    for (const duty of duties) strictEqual(typeof client[duty], 'function', `${duty} is missing`);
    client.close();
    if (!bench.abilities.flushesPrefixCache) return undefined;
    strictEqual(typeof client.flushPrefixCache, 'function', 'flushPrefixCache is declared and missing');
    return undefined;
  }),
  clause('preparing a request changes nothing: the same request is prepared alike', (bench) =>
    bench.withClient({}, async (client) => {
      const first = client.prepareRequest(specOf(5));
      client.prepareRequest(specOf(9, 1));
      deepStrictEqual(client.prepareRequest(specOf(5)), first);
      return undefined;
    }),
  ),
  clause('an answer is marked as sent, headers, received and ended, in this order and once each', (bench) =>
    bench.withClient({}, async (client) => {
      expectWhole(await bench.exchange(client, specOf(5)));
      return undefined;
    }),
  ),
  clause('an answer that is not streamed is said as a whole', (bench) =>
    bench.withClient({ streaming: false }, async (client) => {
      const exchange = await bench.exchange(client, specOf(5));
      expectWhole(exchange);
      ok(exchange.whole !== undefined, 'wholeText was not called');
      deepStrictEqual(exchange.outputs, [], 'output was called for an answer that was not to be streamed');
      return undefined;
    }),
  ),
  clause('a streamed answer is said in several outputs, at the stamps of their pieces', async (bench) => {
    if (!bench.abilities.streams) return 'it does not stream';
    return bench.withClient({ streaming: true }, async (client) => {
      const exchange = await bench.exchange(client, specOf(16));
      expectWhole(exchange);
      strictEqual(exchange.whole, undefined, 'wholeText was called for a stream');
      ok(exchange.outputs.length > 1, `the stream came as ${exchange.outputs.length} output`);
      const stamps = exchange.outputs.map(({ atMs }) => atMs);
      deepStrictEqual(
        stamps,
        [...stamps].sort((one, other) => one - other),
        'outputs are not in the order of time',
      );
      return undefined;
    });
  }),
  clause('an answer has the length that was asked for', async (bench) => {
    if (bench.abilities.outputLength !== 'forced') return `its lengths are ${bench.abilities.outputLength}`;
    await inEachMode(bench, async (streaming) => {
      for (const length of lengths) {
        const { tokens } = await answerOf(bench, streaming, length);
        strictEqual(tokens, length, `asked for ${length} tokens, ${modeWords(streaming)}`);
      }
    });
    return undefined;
  }),
  clause('tokens are counted by the source that is declared', async (bench) => {
    const { tokenSource } = bench.abilities;
    if (tokenSource !== 'usage' && tokenSource !== 'tokenIds') return `its tokens are counted by ${tokenSource}`;
    await inEachMode(bench, async (streaming) => {
      const { counts } = await answerOf(bench, streaming, 5);
      const count = counts.get(tokenSource);
      ok(count !== undefined && count > 0, `no count from ${tokenSource}, ${modeWords(streaming)}`);
    });
    return undefined;
  }),
  clause('an answer is said word for word', async (bench) => {
    if (bench.subject.knownAnswer === undefined) return 'what its server answers is not known (knownAnswer)';
    await inEachMode(bench, async (streaming) => {
      for (const length of lengths) expectOwnAnswer(bench, specOf(length), await answerOf(bench, streaming, length));
    });
    return undefined;
  }),
  clause('one exchange follows another on the same client', async (bench) => {
    await inEachMode(bench, (streaming) =>
      bench.withClient({ streaming }, async (client) => {
        for (const [request, length] of lengths.entries()) {
          expectWhole(await bench.exchange(client, specOf(length, request)));
        }
      }),
    );
    return undefined;
  }),
  clause('several users at once keep their answers apart', async (bench) => {
    await inEachMode(bench, (streaming) => exchangeAtOnce(bench, streaming));
    return undefined;
  }),
];

/** Every mark once, in order; all of it readable; some output. */
export function expectWhole(exchange: DrivenExchange): void {
  strictEqual(exchange.failure, undefined, `failed: ${JSON.stringify(exchange.failure)}`);
  const distinct = exchange.marks.filter((mark, index) => mark !== 'received' || exchange.marks[index - 1] !== mark);
  deepStrictEqual(distinct, ['sent', 'headers', 'received', 'ended']);
  ok(exchange.whole !== undefined || exchange.outputs.length > 0, 'an answer without output');
}

/** Does a step unstreamed, and streamed where the client can. */
export async function inEachMode(bench: ContractBench, step: (streaming: boolean) => Promise<void>): Promise<void> {
  await step(false);
  if (bench.abilities.streams) await step(true);
}

function answerOf(bench: ContractBench, streaming: boolean, length: number): Promise<DrivenExchange> {
  return bench.withClient({ streaming }, async (client) => {
    const exchange = await bench.exchange(client, specOf(length));
    expectWhole(exchange);
    return exchange;
  });
}

/** Users send at once, and their answers are read in turns, a piece of each. */
async function exchangeAtOnce(bench: ContractBench, streaming: boolean): Promise<void> {
  const clients = await Promise.all(Array.from({ length: users }, () => bench.client({ streaming })));
  try {
    const exchanges = clients.map((client, user) => bench.start(client, specOf(4 + user, user)));
    await Promise.all(exchanges.map(({ closed }) => closed));
    const reading = new Set(exchanges);
    while (reading.size > 0) for (const exchange of reading) if (!exchange.readOne()) reading.delete(exchange);
    for (const [user, exchange] of exchanges.entries()) {
      expectWhole(exchange);
      expectOwnAnswer(bench, specOf(4 + user, user), exchange);
    }
  } finally {
    for (const client of clients) client.close();
  }
}

/** As much as is known of the server's answer; nobody's is longer than was asked for. */
function expectOwnAnswer({ subject, abilities }: ContractBench, spec: RequestSpec, exchange: DrivenExchange): void {
  const { request, maxNewTokens } = spec;
  const known = subject.knownAnswer?.(spec);
  const whose = `of request ${request}`;
  if (known !== undefined) ok(known.isText(exchange.text), `the text ${whose}: ${JSON.stringify(exchange.text)}`);
  if (exchange.whole !== undefined && exchange.counts.size === 0) return;
  const due = known?.tokens ?? (abilities.outputLength === 'forced' ? maxNewTokens : undefined);
  if (due !== undefined) strictEqual(exchange.tokens, due, `tokens ${whose}`);
  ok(exchange.tokens <= maxNewTokens, `${exchange.tokens} tokens ${whose}, asked for ${maxNewTokens}`);
}

function modeWords(streaming: boolean): string {
  return streaming ? 'streamed' : 'not streamed';
}
