import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  conversationOrder,
  conversationsBegun,
  type LevelRequests,
  levelRequests,
  numbersSpanned,
  requestsOf,
} from '../../src/workload/conversations.ts';

/** The order of conversations with so many turns each. */
function orderOf(lengths: readonly number[]) {
  const firstRows = [0];
  for (const length of lengths) firstRows.push((firstRows.at(-1) ?? 0) + length);
  const turns = Uint32Array.from(lengths.flatMap((length) => Array.from({ length }, (_, turn) => turn + 1)));
  const nothing = new Uint32Array(turns.length);
  const rows = Uint32Array.from(firstRows);
  return conversationOrder({ history: 'real', turns, firstRows: rows, ends: nothing, ownTokens: nothing });
}

test('requests are conversation after conversation, then from the first on again', () => {
  const order = orderOf([2, 1, 3]);
  expect(Array.from({ length: 9 }, (_, request) => order.turnOf(request))).toEqual([1, 2, 1, 1, 2, 3, 1, 2, 1]);
  expect([0, 1, 2, 3, 4].map(order.startOf)).toEqual([0, 2, 3, 6, 8]);
  expect([0, 1, 2, 3, 4, 6, 7].map(order.notBefore)).toEqual([0, 1, 1, 2, 3, 3, 4]);
});

test('clients hold every n-th conversation turn by turn, and each sends its share', () => {
  const order = orderOf([3, 1, 2, 2]);
  const level = { firstRequest: 0, planned: 7, clients: 2 };
  expect([...requestsOf(level, 0, order)]).toEqual([0, 1, 2, 4]);
  expect([...requestsOf(level, 1, order)]).toEqual([3, 6, 7]);
  expect(numbersSpanned(level, order)).toBe(8);
  expect(conversationsBegun(level, order)).toBe(4);
});

test('without conversations clients send every n-th request', () => {
  const level = { firstRequest: 10, planned: 5, clients: 2 };
  expect([...requestsOf(level, 0)]).toEqual([10, 12, 14]);
  expect([...requestsOf(level, 1)]).toEqual([11, 13]);
  expect([...levelRequests(level)]).toEqual([10, 11, 12, 13, 14]);
  expect(numbersSpanned(level)).toBe(5);
});

const levels = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 }),
  begin: fc.nat(20),
  planned: fc.integer({ min: 1, max: 200 }),
  clients: fc.integer({ min: 1, max: 40 }),
});

test('whatever the conversations, every client sends its share of them, in order and nobody else those', () => {
  fc.assert(
    fc.property(levels, ({ lengths, begin, planned, clients }) => {
      const order = orderOf(lengths);
      const level: LevelRequests = { firstRequest: order.startOf(begin), planned, clients };
      const all = new Set<number>();
      for (let client = 0; client < clients; client++) {
        const requests = [...requestsOf(level, client, order)];
        expect(requests).toHaveLength(Math.max(0, Math.ceil((planned - client) / clients)));
        requests.forEach((request, index) => {
          const turn = order.turnOf(request);
          if (turn > 1) expect(requests[index - 1]).toBe(request - 1);
          all.add(request);
        });
      }
      expect(all.size).toBe(planned);
      // What comes behind a level begins with a conversation that nobody of it has begun.
      const next = order.startOf(order.notBefore(Math.max(...all) + 1));
      expect(level.firstRequest + numbersSpanned(level, order)).toBe(next);
      expect(new Set(levelRequests(level, order))).toEqual(all);
    }),
  );
});
