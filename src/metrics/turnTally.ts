import type { TurnFigures } from './levelSummary.ts';
import { Sample } from './sample.ts';
import { answered, type TrackedRequest } from './trackedRequest.ts';

/** Few conversations are longer, and what is left of them tells little. */
const mostTurns = 32;

class TurnSample {
  readonly ttftMs = new Sample();
  readonly e2eMs = new Sample();
  sent = 0;
  completed = 0;
  promptTokens = 0;
}

/** Takes the requests of a level by the turn of their conversation. */
export class TurnTally {
  readonly #samples: TurnSample[] = [];
  #holdsLater = false;

  /** Takes a request once all is known of it; one that is no turn, or was never sent, is passed over. */
  add({ turn, outcome, figures }: TrackedRequest, isInside: boolean): void {
    if (turn === undefined) return;
    if (turn > mostTurns) this.#holdsLater = true;
    const index = Math.min(turn, mostTurns) - 1;
    while (this.#samples.length <= index) this.#samples.push(new TurnSample());
    const sample = this.#samples[index] as TurnSample;
    sample.sent++;
    const completed = answered(outcome);
    if (completed === undefined || figures === undefined) return;
    sample.completed++;
    sample.promptTokens += completed.promptTokens;
    if (!isInside) return;
    sample.e2eMs.add(figures.e2eMs);
    if (!completed.streamed) return;
    if (figures.ttftMs === undefined) sample.ttftMs.addUndefined();
    else sample.ttftMs.add(figures.ttftMs);
  }

  /** @returns nothing where no request was a turn */
  figures(): readonly TurnFigures[] | undefined {
    if (this.#samples.length === 0) return undefined;
    return this.#samples.map(({ sent, completed, promptTokens, ttftMs, e2eMs }, index) => ({
      turn: index + 1,
      ...(this.#holdsLater && index + 1 === mostTurns ? { andLater: true } : {}),
      sent,
      completed,
      ...(completed === 0 ? {} : { promptTokens: promptTokens / completed }),
      ttftMs: ttftMs.distribution(),
      e2eMs: e2eMs.distribution(),
    }));
  }
}
