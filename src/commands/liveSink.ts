import type { JsonLines } from '../sinks/jsonLines.ts';
import type { Sink } from '../sinks/sink.ts';
import type { LiveFold } from '../terminal/liveFold.ts';

/** Lets the view's fold listen to a run. */
export function createLiveSink(fold: LiveFold): Sink {
  return {
    name: 'live terminal',
    write: ({ events }) => {
      for (const event of events) fold.add(event);
    },
    figure: (figure) => fold.add(figure),
    finish() {},
  };
}

/** JSON lines that tell decisions as the log has them: those of the run itself. */
export function withRecordedDecisions(lines: JsonLines): Sink {
  return {
    ...lines,
    write(batch) {
      lines.write(batch);
      for (const event of batch.events) {
        if (event.type !== 'criterion.met') continue;
        const { type: _type, worker: _worker, seq: _seq, ...decision } = event;
        lines.decide(decision);
      }
    },
  };
}
