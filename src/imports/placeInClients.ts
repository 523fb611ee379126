import type { ImportedRequest } from './importedRun.ts';

/** A request whose client is not known. */
export type UnplacedRequest = Omit<ImportedRequest, 'client'> & { readonly sentAtMs: number };

/**
 * Deals requests out to clients, where a tool does not say which one sent them: each goes, in order of their sending, to
 * the client that has been free for longest, or to a new one while all are busy.
 *
 * @param clients that there were; absent where requests did not wait for a client
 */
export function placeInClients(requests: readonly UnplacedRequest[], clients?: number): readonly ImportedRequest[] {
  const freeAtMs: number[] = [];
  const inOrder = requests.toSorted((one, other) => one.sentAtMs - other.sentAtMs);
  return inOrder.map((request) => {
    const longest = freeAtMs.reduce((best, ms, client) => (ms < (freeAtMs[best] ?? ms) ? client : best), 0);
    const isFull = clients !== undefined && freeAtMs.length >= clients;
    const isFree = (freeAtMs[longest] ?? Number.POSITIVE_INFINITY) <= request.sentAtMs;
    const client = isFull || (isFree && clients === undefined) ? longest : freeAtMs.length;
    freeAtMs[client] = request.sentAtMs + request.closedMs;
    return { ...request, client };
  });
}
