import type { Load } from './events.ts';

/** A load in words, as decisions tell of it: `8 clients`, `2.5 requests/s`. */
export function loadWords({ kind, value }: Load): string {
  return kind === 'clients' ? `${value} clients` : `${value} requests/s`;
}
