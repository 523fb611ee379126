import { afterAll, expect, test } from 'vitest';
import { startOllamaImitation } from '../../examples/clients/imitations.js';
import { type ContractSubject, contractOf } from '../../src/testing/contract.ts';
import {
  firstStamp,
  forwarded,
  hoarding,
  onceCancelled,
  reading,
  sharedReader,
  spoiled,
  through,
} from './brokenClients.ts';

const server = await startOllamaImitation();
afterAll(server.close);

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
    'an answer is said word for word',
    'the text of request 0: "w0"', // the blank behind the word is lost
    spoiled(
      reading((answer) => ({
        output: (atMs, text) => answer.output(atMs, text.trim()),
        wholeText: (text) => answer.wholeText(text.trim(), '""'),
      })),
    ),
  ],
  [
    'several users at once keep their answers apart',
    '5 tokens of request 0, asked for 4',
    spoiled(reading((answer) => ({ counted: (tokens, source) => answer.counted(tokens + 1, source) }))),
  ],
  [
    'a turn of a conversation brings along what was said before',
    'one behind the other: -1, -1, ',
    spoiled(() => ({}), { conversations: true }),
  ],
  [
    'marks are made when it happens',
    'the marks until the server has answered',
    spoiled(through((wire) => ({ sent: () => {}, headers: () => [wire.sent(), wire.headers()] }))),
  ],
  [
    'marks are made when it happens',
    'the marks until the server has answered',
    spoiled(through((wire) => ({ sent: () => [wire.sent(), wire.headers()], headers: () => {} }))),
  ],
  ['marks are made when it happens', 'nothing was received while', spoiled(hoarding())],
  [
    'marks are made when it happens',
    'outputs have stamps that no piece has',
    spoiled(reading((answer) => ({ output: (atMs, text) => answer.output(Math.floor(atMs), text) }))),
  ],
  ['marks are made when it happens', 'the last output has a stamp of earlier pieces', spoiled(firstStamp())],
  [
    'an exchange can be cancelled before it is sent',
    'neither ended nor failed',
    spoiled(through((wire) => ({ failed: () => {}, ended: () => wire.ended() }))),
  ],
  [
    'an exchange can be cancelled once it is sent',
    'the kind of failure of a cancelled exchange',
    spoiled(through((wire) => ({ failed: (failure) => wire.failed({ ...failure, kind: 'stream' }) }))),
  ],
  [
    'an exchange can be cancelled in the middle of its answer',
    'a cancelled exchange fails, once',
    spoiled(
      through((wire) => ({
        failed: (failure) => {
          wire.failed(failure);
          wire.failed(failure);
        },
      })),
    ),
  ],
  ['an exchange can be cancelled in the middle of its answer', 'neither ended nor failed', spoiled(onceCancelled())],
  [
    'a cancelled exchange takes its connection with it',
    'one request at a time',
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
  const check = contractOf({ adapter, settings: attached, limitMs: 500, ...knows(clause) }).find(({ name }) =>
    name.startsWith(clause),
  );
  await expect(check?.run()).rejects.toThrow(new RegExp(words));
});

/** Only where it is what is checked: other defects are caught without it. */
function knows(clause: string): Pick<ContractSubject, 'knownAnswer'> {
  if (clause !== 'an answer is said word for word') return {};
  const textOf = (count: number) => Array.from({ length: count }, (_, index) => `w${index} `).join('');
  return {
    knownAnswer: ({ maxNewTokens }) => ({ tokens: maxNewTokens, isText: (text) => text === textOf(maxNewTokens) }),
  };
}
