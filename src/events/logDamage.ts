import { SpeedometerError } from '../core/errors.ts';
import type { Recorded } from './events.ts';

/** A log that cannot be read from some event on. All that comes before that event is whole. */
export class LogDamage extends SpeedometerError {
  /** The sequence number of the first event that is lost. */
  readonly seq: number;

  /**
   * @param where the log, as a person knows it
   * @param reason in words, where it is known
   */
  constructor(where: string, seq: number, cause: unknown, reason?: string) {
    super('usage', `${where}: damaged from event ${seq} on${reason === undefined ? '' : `: ${reason}`}`, {
      hint: 'What was stored before is whole. Was the file copied or moved while it was written, or cut off?',
      cause,
    });
    this.seq = seq;
  }
}

/** The batches of a log up to where it is damaged, if it is; `onDamage` is told of it then. */
export function* untilDamage(
  batches: Iterable<readonly Recorded[]>,
  onDamage: (damage: LogDamage) => void,
): Iterable<readonly Recorded[]> {
  try {
    yield* batches;
  } catch (thrown) {
    if (!(thrown instanceof LogDamage)) throw thrown;
    onDamage(thrown);
  }
}
