import { expect, test } from 'vitest';
import { placeInClients } from '../../src/imports/placeInClients.ts';

const request = { promptTokens: 1, streamed: true, outputTokens: 1, tokenSource: 'usage' } as const;
const sent = (sentAtMs: number, closedMs: number) => ({ ...request, sentAtMs, closedMs });

test.each([
  ['a client goes on when it is free', 2, [sent(0, 10), sent(1, 3), sent(5, 9), sent(11, 1)], [0, 1, 1, 0]],
  ['requests come in any order', 2, [sent(5, 9), sent(0, 10), sent(1, 3)], [0, 1, 1]],
  ['a stamp that is early by rounding makes no third client', 2, [sent(0, 10), sent(0, 10), sent(9.9, 5)], [0, 1, 0]],
  ['without a number, as many clients as overlap', undefined, [sent(0, 10), sent(1, 10), sent(10, 1)], [0, 1, 0]],
])('%s', (_what, clients, requests, expected) => {
  expect(placeInClients(requests, clients).map(({ client }) => client)).toEqual(expected);
});
