import type { Clock } from '../core/clock.ts';
import type { EventLog, RecordedBatch } from '../events/eventLog.ts';
import type { GeneratorSampled, Recorded } from '../events/events.ts';
import { RequestTracks } from './requestTracks.ts';
import type { Sink } from './sink.ts';
import { TraceFile, type Track } from './traceFile.ts';

/** A sink that also sees how long the log takes. */
export interface Timeline extends Sink {
  /** The same log, whose writing is drawn. */
  watch(log: EventLog): EventLog;
}

const mainTracks = {
  levels: { pid: 0, tid: 1 },
  recorder: { pid: 0, tid: 2 },
  fold: { pid: 0, tid: 3 },
  windows: { pid: 0, tid: 4 },
} as const satisfies Record<string, Track>;
const batches = (pid: number): Track => ({ pid, tid: 1 });

/**
 * Draws where the time of a run goes, as a trace that Perfetto reads: requests on the tracks of their clients, the batches
 * in which their events travelled, the recorder, the fold behind it, windows and levels. Meant for short runs.
 *
 * @throws SpeedometerError `usage` where the file cannot be written
 */
export function createTimeline(path: string, clock: Clock, mostEvents?: number): Timeline {
  const trace = new TraceFile(path, mostEvents);
  const requests = new RequestTracks(trace);
  const named = new Set<number>();
  /** Batches that the log has, or will have, and that were not seen yet. */
  const stored: { readonly arrivedAtMs: number; storedAtMs: number }[] = [];
  let count = 0;
  let levelStartedMs: number | undefined;

  trace.nameProcess(0, 'main');
  for (const [name, track] of Object.entries(mainTracks)) trace.nameTrack(track, name);

  function nameWorker(worker: number): void {
    if (worker === 0 || named.has(worker)) return;
    named.add(worker);
    trace.nameProcess(worker, `worker ${worker}`);
    trace.nameTrack(batches(worker), 'batches');
  }

  function drawBatch({ events }: RecordedBatch): void {
    const batch = stored.shift();
    const [first] = events;
    const last = events.at(-1);
    if (batch === undefined || first === undefined || last === undefined) return;
    const args = { events: events.length, firstSeq: first.seq };
    const id = count++;
    if (first.worker > 0) {
      trace.span(batches(first.worker), 'gathered', first.atMs, last.atMs, args);
      trace.overlapping(batches(first.worker), 'on its way', id, last.atMs, batch.arrivedAtMs, args);
    }
    trace.overlapping(mainTracks.recorder, 'stored', id, batch.arrivedAtMs, batch.storedAtMs, args);
    trace.span(mainTracks.fold, 'folded', batch.storedAtMs, clock.nowMs(), args);
  }

  function draw(event: Recorded): void {
    nameWorker(event.worker);
    switch (event.type) {
      case 'request.sent':
        requests.sent(event);
        break;
      case 'request.progressed':
        requests.progressed(event);
        break;
      case 'request.completed':
      case 'request.failed':
        requests.ended(event);
        break;
      case 'generator.sampled':
        drawSample(trace, event);
        break;
      case 'level.started':
        levelStartedMs = event.atMs;
        break;
      case 'level.finished':
        if (levelStartedMs === undefined) break;
        trace.span(mainTracks.levels, `level ${event.level}`, levelStartedMs, event.atMs, { status: event.status });
    }
  }

  return {
    name: 'timeline',
    watch: (log) => ({
      append(batch) {
        const timed = { arrivedAtMs: clock.nowMs(), storedAtMs: Number.NaN };
        stored.push(timed);
        return log.append(batch).then((recorded) => {
          timed.storedAtMs = clock.nowMs();
          return recorded;
        });
      },
      appendSource: (id, text) => log.appendSource(id, text),
      close: () => log.close(),
    }),
    write(batch) {
      drawBatch(batch);
      for (const event of batch.events) draw(event);
      trace.flush();
    },
    figure(figure) {
      if (figure.type !== 'window.closed') return;
      const { toMs, requestsPerSec, outputTokensPerSec, inFlight } = figure.window;
      trace.moment(mainTracks.windows, 'window closed', clock.nowMs(), {
        toMs,
        requestsPerSec,
        outputTokensPerSec,
        inFlight,
      });
      trace.counter(0, 'output tokens/s', toMs, { rate: outputTokensPerSec });
    },
    finish: () => trace.close(),
  };
}

function drawSample(trace: TraceFile, { worker, atMs, cpuRatio, inFlight, gcPauseMs }: GeneratorSampled): void {
  trace.counter(worker, 'CPU of the worker, %', atMs, { cpu: cpuRatio * 100 });
  trace.counter(worker, 'in flight', atMs, { requests: inFlight });
  trace.counter(worker, 'garbage collection, ms a sample', atMs, { pauses: gcPauseMs });
}
