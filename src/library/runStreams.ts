import { type Observable, Subject } from 'rxjs';
import type { Recorded, RequestOutcome } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { RollingWindow } from '../metrics/rollingWindow.ts';
import type { Sink } from '../sinks/sink.ts';

/**
 * What happens in a run, live or replayed: the same values in the same order.
 *
 * All streams are hot: what happened before a subscription is not told again. Subscribe right after `run()` or
 * `replay()` has returned, and nothing is missed. They complete when the run is over, however it ended: an error is told by
 * the report alone, so that it is told once. They speak once a batch is stored: first its events, then the figures that
 * it completed.
 *
 * Values are delivered synchronously and nothing is buffered. A subscriber that takes long holds up the pipeline, which
 * then lags behind the run; it never delays a request or a stamp, which are the workers'. One that throws is RxJS's
 * business: the run goes on, and the error is reported as uncaught.
 */
export interface RunStreams {
  /** Every event in log order, `seq` from 0 without gaps. Stamps (`atMs`) are ms since the run's start. */
  readonly events$: Observable<Recorded>;
  /** Each request as it ends, well or badly, in log order; warm-up requests among them (`warmup`). */
  readonly requests$: Observable<Recorded<RequestOutcome>>;
  /** The rolling windows, one a second of event time and level, as they close. */
  readonly windows$: Observable<RollingWindow>;
  /** The summary of each level as it ends or is skipped. */
  readonly levels$: Observable<LevelSummary>;
}

/** A sink whose hearers are the subscribers of streams; whoever made it ends them. */
export interface StreamSink {
  readonly sink: Sink;
  readonly streams: RunStreams;
  complete(): void;
}

export function createStreamSink(): StreamSink {
  const events = new Subject<Recorded>();
  const requests = new Subject<Recorded<RequestOutcome>>();
  const windows = new Subject<RollingWindow>();
  const levels = new Subject<LevelSummary>();
  const all = [events, requests, windows, levels] as const;
  return {
    sink: {
      name: 'streams',
      write(batch) {
        for (const event of batch.events) {
          events.next(event);
          if (event.type === 'request.completed' || event.type === 'request.failed') requests.next(event);
        }
      },
      figure(figure) {
        if (figure.type === 'window.closed') windows.next(figure.window);
        else levels.next(figure.summary);
      },
      finish() {},
    },
    streams: {
      events$: events.asObservable(),
      requests$: requests.asObservable(),
      windows$: windows.asObservable(),
      levels$: levels.asObservable(),
    },
    complete: () => all.forEach((subject) => void subject.complete()),
  };
}
