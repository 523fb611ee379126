import type { RequestOutcome } from '../events/events.ts';
import type { Connection, ConnectionPool } from './connectionPool.ts';
import type { ExchangeDesk } from './exchangeDesk.ts';
import { prepareRequest, type RequestSource } from './loopSteps.ts';

export interface WarmUpSteps {
  /** Runs a step of the loop; what it throws ends the loop. */
  readonly guarded: (step: () => void) => void;
  /** No further warm-up is to be sent. */
  readonly isEnding: () => boolean;
  readonly onEnd: () => void;
}

/** Whose warm-ups they are, and what hears of them. */
export interface Warmed extends RequestSource {
  readonly level: number;
  readonly client: number;
  readonly desk: ExchangeDesk;
  readonly onWarmup: (outcome: RequestOutcome) => void;
}

interface WarmedPool extends Warmed {
  /** For each connection, for each of its warm-ups, the numbers of the first try and of its repetitions. */
  readonly warmups: readonly (readonly (readonly number[])[])[];
}

/** Warms up connections side by side. */
export function warmUpConnections(input: WarmedPool, pool: ConnectionPool, steps: WarmUpSteps): void {
  let lanes = input.warmups.length;
  if (lanes === 0) steps.onEnd();
  for (const rows of input.warmups) {
    const connection = pool.take();
    const onEnd = (): void => {
      if (connection !== undefined) pool.free(connection);
      if (--lanes === 0) steps.onEnd();
    };
    if (connection === undefined) onEnd();
    else warmUpConnection(input, connection, rows, { ...steps, onEnd });
  }
}

/** Sends the warm-ups of one connection one after the other; one that fails is repeated with its next number. */
export function warmUpConnection(
  input: Warmed,
  connection: Connection,
  rows: readonly (readonly number[])[],
  { guarded, isEnding, onEnd }: WarmUpSteps,
): void {
  const { level, client, desk } = input;
  const left = rows.values();
  function attempt(numbers: readonly number[]): void {
    const [request, ...repetitions] = numbers;
    if (isEnding() || request === undefined) {
      onEnd();
      return;
    }
    const { planned, prepared } = prepareRequest(input, connection.adapter, request, true);
    const onSettled = (outcome: RequestOutcome) =>
      guarded(() => {
        input.onWarmup(outcome);
        const isRepeated = outcome.type === 'request.failed' && repetitions.length > 0;
        attempt(isRepeated ? repetitions : (left.next().value ?? []));
      });
    const origin = { level, client, planned, scheduledAtMs: desk.nowMs(), onClosed: () => {}, onSettled };
    connection.open = desk.send(connection.adapter, prepared, origin);
  }
  attempt(left.next().value ?? []);
}
