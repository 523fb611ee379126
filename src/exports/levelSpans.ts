import type { Recorded } from '../events/events.ts';
import { levelWindow } from '../metrics/openLoopTally.ts';
import { SteadyWindow } from '../metrics/steadyWindow.ts';

/** Where the steady window of a level lies: what was sent before it is its ramp, what was sent after it its drain. */
export interface LevelSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The steady window of every level of a log that has begun, by the level's number. */
export function levelSpans(batches: Iterable<readonly Recorded[]>): ReadonlyMap<number, LevelSpan> {
  const spans = new Map<number, LevelSpan>();
  let open: { readonly level: number; readonly window: SteadyWindow } | undefined;
  let latestMs = 0;

  function close(atMs: number): void {
    if (open === undefined) return;
    const { level, window } = open;
    open = undefined;
    window.close(atMs);
    if (window.startMs === undefined) return;
    spans.set(level, { fromMs: window.fromMs ?? Number.POSITIVE_INFINITY, toMs: window.toMs });
  }

  for (const batch of batches) {
    for (const event of batch) {
      if (event.atMs > latestMs) latestMs = event.atMs;
      if (event.type === 'level.prepared')
        open = { level: event.level, window: new SteadyWindow(event.clients, levelWindow(event)) };
      if (open === undefined || !('level' in event) || event.level !== open.level) continue;
      switch (event.type) {
        case 'level.started':
          open.window.levelStarted(event.atMs);
          break;
        case 'client.phaseChanged':
          open.window.clientChanged(event.client, event.phase, event.atMs);
          break;
        case 'request.sent':
          if (!event.warmup) open.window.clientSent(event.client, event.atMs);
          break;
        case 'request.failed':
          // A request that could not be sent counts as an attempt, as in the level's own fold.
          if (!event.warmup && event.sentAtMs === undefined) open.window.clientSent(event.client, event.closedAtMs);
          break;
        case 'level.finished':
          close(event.atMs);
          break;
        default:
      }
    }
  }
  close(latestMs);
  return spans;
}
