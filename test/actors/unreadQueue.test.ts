import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnreadQueue } from '../../src/actors/unreadQueue.ts';

/** A queue whose turns are run by hand, a millisecond each, with what it has read. */
function createQueue() {
  const turns: (() => void)[] = [];
  const read: number[] = [];
  let nowMs = 0;
  const queue = new UnreadQueue<number>({
    nowMs: () => nowMs,
    defer: (callback) => void turns.push(callback),
    read: (item) => void read.push(item),
  });
  return {
    queue,
    read,
    /** Brings `items`, then runs the turn that was asked for. @returns whether there was one */
    turn(...items: readonly number[]): boolean {
      for (const item of items) queue.add(item);
      nowMs++;
      const callback = turns.shift();
      callback?.();
      return callback !== undefined;
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, item) => item);

test('what comes is read in the first turn that brings nothing more', () => {
  const { turn, read } = createQueue();
  turn(1);
  turn(2, 3);
  expect(read).toEqual([]);
  turn();
  expect(read).toEqual([1, 2, 3]);
});

test('a stream of arrivals without a pause is read all the same', () => {
  const { turn, read } = createQueue();
  for (const item of upTo(20)) turn(item);
  expect(read.length).toBeGreaterThan(10);
});

test('many are read in several turns, so that sockets are stamped between', () => {
  const { turn, read } = createQueue();
  turn(...upTo(400));
  turn();
  expect(read).toEqual(upTo(100));
});

test('no turn is asked for once all is read', () => {
  const { turn } = createQueue();
  turn(1);
  expect([turn(), turn()]).toEqual([true, false]);
});

test('what is read in between by force is not read again', () => {
  const { queue, turn, read } = createQueue();
  turn(1, 2);
  queue.readAll();
  turn(3);
  turn();
  turn();
  expect(read).toEqual([1, 2, 3]);
});

test('whatever comes when, each is read once and in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 40 }), (arrivals) => {
      const { turn, read } = createQueue();
      let next = 0;
      for (const count of arrivals) turn(...upTo(count).map(() => next++));
      for (let rest = 0; rest < 200; rest++) turn();
      expect(read).toEqual(upTo(next));
    }),
  );
});
