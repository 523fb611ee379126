import type { Load } from './events.ts';

/** A load in words, as decisions tell of it: `8 clients`, `2.5 requests/s`, `speed 2x`. */
export function loadWords({ kind, value }: Load): string {
  if (kind === 'trace') return `speed ${value}x`;
  return kind === 'clients' ? `${value} clients` : `${value} requests/s`;
}
