import { afterAll, expect, test } from 'vitest';
import { startOllamaImitation } from '../../examples/clients/imitations.js';
import { adapter as ollama } from '../../examples/clients/ollama.js';
import type { Adapter } from '../../src/clients/adapter.ts';
import type { AnswerRecord, Client, Wire } from '../../src/clients/client.ts';
import { contractOf } from '../../src/testing/contract.ts';

const server = await startOllamaImitation();
afterAll(server.close);

/** A client that keeps the contract, but for what `spoil` does to it. */
function spoiled(spoil: (client: Client) => Partial<Client>, abilities: Partial<Adapter['abilities']> = {}): Adapter {
  return {
    abilities: { ...ollama.abilities, ...abilities },
    createClient(settings, clock) {
      const client = ollama.createClient(settings, clock);
      return { ...client, ...spoil(client) };
    },
  };
}

/** Sends through a wire that is changed. */
function through(change: (wire: Wire<unknown>) => Partial<Wire<unknown>>) {
  return (client: Client): Partial<Client> => ({
    sendRequest: (request, wire) => client.sendRequest(request, { ...forwarded(wire), ...change(wire) }),
  });
}

/** Reads into a record that is changed. */
function reading(wrap: (answer: AnswerRecord) => Partial<AnswerRecord>) {
  return (client: Client): Partial<Client> => ({
    processResponse(prepared, answer) {
      const calls: Record<string, unknown> = {};
      for (const name of ['event', 'output', 'wholeText', 'counted', 'finished'] as const) {
        calls[name] = (...said: never[]) => (answer[name] as (...said: never[]) => void)(...said);
      }
      return client.processResponse(prepared, { ...calls, ...wrap(answer) } as unknown as AnswerRecord);
    },
  });
}

let prepared = 0;

test.each([
  ['the client has every duty', 'close is missing', spoiled(() => ({ close: undefined as never }))],
  [
    'preparing a request changes nothing',
    'strictly deep-equal',
    spoiled((client) => ({
      prepareRequest: (spec) => ({ ...(client.prepareRequest(spec) as object), n: prepared++ }),
    })),
  ],
  ['an answer is marked as sent', 'strictly deep-equal', spoiled(through((wire) => ({ headers: () => wire.sent() })))],
  [
    'an answer is marked as sent',
    'strictly deep-equal',
    spoiled(
      through((wire) => ({
        ended: () => {
          wire.ended();
          wire.ended();
        },
      })),
    ),
  ],
  [
    'an answer that is not streamed is said as a whole',
    'wholeText was not called',
    spoiled(reading((answer) => ({ wholeText: (text) => answer.output(0, text) }))),
  ],
  [
    'a streamed answer is said in several outputs',
    'wholeText was called for a stream',
    spoiled(reading((answer) => ({ output: (_atMs, text) => answer.wholeText(text, '{}') }))),
  ],
  [
    'an answer has the length that was asked for',
    'asked for 1 tokens',
    spoiled(
      reading((answer) => ({ counted: (tokens, source) => answer.counted(tokens + 1, source) })),
      { outputLength: 'forced' },
    ),
  ],
  [
    'tokens are counted by the source that is declared',
    'no count from usage',
    spoiled(reading(() => ({ counted: () => {} }))),
  ],
  [
    'several users at once keep their answers apart',
    'an answer without output',
    spoiled(sharedReader(), { outputLength: 'forced' }),
  ],
  [
    'an exchange can be cancelled in the middle of its answer',
    'stays open',
    spoiled((client) => ({
      sendRequest(request, wire) {
        client.sendRequest(request, wire);
        return () => wire.failed({ kind: 'aborted', reason: 'cancelled' });
      },
    })),
  ],
  ['closing a client closes its connection', 'stays open', spoiled(() => ({ close: () => {} }))],
  [
    'a port that refuses is a failure to connect',
    'expected connect, got',
    spoiled(through((wire) => ({ failed: (failure) => wire.failed({ ...failure, kind: 'stream' }) }))),
  ],
  [
    'HTTP 500 is a failure by status',
    'requests that the server has seen',
    spoiled((client) => ({
      sendRequest(request, wire) {
        const retry = () => void client.sendRequest(request, wire);
        return client.sendRequest(request, { ...forwarded(wire), failed: retry });
      },
    })),
  ],
  [
    'an answer in another language is a failure',
    'expected a failure',
    spoiled((client) => ({
      processResponse: (request, answer) => {
        const reader = client.processResponse(request, answer);
        const forgive = <T>(step: () => T) => {
          try {
            step();
          } catch {
            // overlooked
          }
          return undefined;
        };
        return { read: (piece, atMs) => forgive(() => reader.read(piece, atMs)), end: () => undefined };
      },
    })),
  ],
  [
    'stopping the service leaves nothing listening',
    'something listens',
    spoiled((client) => ({ startService: async () => ({ url: server.url }), stopService: client.stopService }), {
      managesServer: true,
    }),
  ],
])('a client that breaks "%s" is caught (%s)', async (clause, words, adapter) => {
  const attached = adapter.abilities.managesServer ? {} : { url: server.url };
  const check = contractOf({ adapter, settings: attached, limitMs: 500 }).find(({ name }) => name.startsWith(clause));
  await expect(check?.run()).rejects.toThrow(new RegExp(words));
});

/** Keeps state between users: what one has not read yet another one reads. */
function sharedReader(): (client: Client) => Partial<Client> {
  let last: ReturnType<Client['processResponse']> | undefined;
  return (client) => ({
    processResponse(request, answer) {
      last = client.processResponse(request, answer);
      return { read: (piece, atMs) => last?.read(piece, atMs), end: () => last?.end() };
    },
  });
}

function forwarded(wire: Wire<unknown>): Wire<unknown> {
  return {
    sent: () => wire.sent(),
    headers: () => wire.headers(),
    received: (piece) => wire.received(piece),
    ended: () => wire.ended(),
    failed: (failure) => wire.failed(failure),
  };
}
