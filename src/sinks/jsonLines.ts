import type { Decision } from '../criteria/criterion.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { Sink } from './sink.ts';

/**
 * The version of the lines, in the first of them. Readers pass over lines and keys that they do not know: new ones raise no
 * version, any other change does.
 */
const linesVersion = 1;

/** A sink that also hears what the criteria decide. */
export interface JsonLines extends Sink {
  decide(decision: Decision): void;
}

/**
 * What is concluded from a run, a JSON object a line as it is known: `run.started` with the version of the lines, then
 * `window.closed`, `level.summarized`, `criterion.met`, and `run.summarized` at the end.
 *
 * @param write takes a line with its end
 */
export function createJsonLines(write: (line: string) => void): JsonLines {
  const writeLine = (object: object): void => write(`${JSON.stringify(object)}\n`);
  return {
    name: 'JSON lines',
    write({ events }) {
      for (const event of events) {
        if (event.type !== 'run.started') continue;
        const { type, runId, startedAt, version, api, model, tokenizer, options } = event;
        writeLine({ type, linesVersion, runId, startedAt, version, api, model, tokenizer, options });
      }
    },
    figure: (figure: Figures) => writeLine(figure),
    decide: (decision) => writeLine({ type: 'criterion.met', ...decision }),
    finish: (summary: RunSummary) => writeLine({ type: 'run.summarized', summary }),
  };
}
