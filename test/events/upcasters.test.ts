import { expect, test } from 'vitest';
import { type Recorded, schemaVersion } from '../../src/events/events.ts';
import { type Upcaster, upcasterFrom } from '../../src/events/upcasters.ts';

const old = [{ type: 'level.started', seq: 4, worker: 0, at: 1.5 }] as unknown as readonly Recorded[];

/** Version 2 had milliseconds, version 3 the level. */
const steps: Readonly<Record<number, Upcaster>> = {
  1: ({ at, ...event }) => ({ ...event, atMs: (at as number) * 1000 }),
  2: (event) => ({ ...event, level: 0 }),
};

test.each([
  [1, { type: 'level.started', seq: 4, worker: 0, atMs: 1500, level: 0 }],
  [2, { type: 'level.started', seq: 4, worker: 0, at: 1.5, level: 0 }],
  [3, old[0]],
])('an event of version %i comes up to version 3 a step at a time', (version, expected) => {
  expect(upcasterFrom(version, steps, 3)(old)).toEqual([expected]);
});

test('events of the current version are handed on as they are', () => {
  expect(upcasterFrom(schemaVersion)(old)).toBe(old);
});

test('a step that is missing is a bug, found before anything is read', () => {
  expect(() => upcasterFrom(1, { 2: (event) => event }, 3)).toThrow('no upcaster from schema 1');
});

test('there is a step from every version that came before', () => {
  for (let version = 1; version <= schemaVersion; version++) expect(() => upcasterFrom(version)).not.toThrow();
});
