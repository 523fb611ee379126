import type { NamedRule } from './namedRule.ts';

/** Requests fail, and go on failing: `max_error_ratio` judges a whole level, this one its last seconds. */
export const errorBurstRule: NamedRule = {
  name: 'error_burst',
  meaning: 'over a fifth of the requests of the last seconds failed or came back empty, for 5 s on end',
  text: () => 'error_ratio > 20% for 5s',
};
