import { type EventLogReader, eventsOf } from '../events/eventLog.ts';
import type { SeenStream } from './streamErrors.ts';

/**
 * The measured streams of a run against a paced null server: stamps of ours from the events, those of the server from the texts.
 * @throws Error where a request failed
 */
export function seenStreams(log: EventLogReader): readonly SeenStream[] {
  const sentAtMs = new Map<number, number>();
  const chunkAtMs = new Map<number, number[]>();
  for (const event of eventsOf(log)) {
    if (event.type === 'request.failed' && event.kind !== 'aborted') {
      throw new Error(`request ${event.request} failed: ${event.message ?? event.reason}`);
    }
    if (event.type === 'request.completed' && !event.warmup) sentAtMs.set(event.request, event.sentAtMs);
    if (event.type !== 'request.progressed' || event.warmup) continue;
    const chunks = chunkAtMs.get(event.request) ?? [];
    for (const atMs of event.chunkAtMs) chunks.push(atMs);
    chunkAtMs.set(event.request, chunks);
  }
  const seen: SeenStream[] = [];
  for (const texts of log.texts()) {
    for (const { request, warmup, answer } of texts) {
      const sent = sentAtMs.get(request);
      if (warmup || sent === undefined) continue;
      seen.push({ sentAtMs: sent, chunkAtMs: chunkAtMs.get(request) ?? [], answer });
    }
  }
  return seen;
}
