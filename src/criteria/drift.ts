import type { NamedRule } from './namedRule.ts';

/** More comes in than goes out. Closed loops cannot drift: each client waits for its answer. */
export const driftRule: NamedRule = {
  name: 'drift',
  meaning: 'the requests in flight grew by over a fifth within 30 s, for 10 s on end: the queue grows',
  text: () => 'growth(in_flight) > 20% for 10s',
};
