import { fromCallback } from 'xstate';
import type { LoopCommand, LoopReport } from '../machines/clientMachine.ts';
import type { ArrivalLoopInput } from './arrivalLoopInput.ts';
import { ArrivalQueue, type NextArrival } from './arrivalQueue.ts';
import { ConnectionPool } from './connectionPool.ts';
import { warmUpConnections } from './connectionWarmUp.ts';
import { guardWith } from './loopSteps.ts';
import { createSleeper } from './sleeper.ts';

/**
 * The open loop in place of {@link requestLoop}: sends each request when it is due, whatever became of those before, through
 * as many connections as it takes. What is due while `maxInFlight` are open goes as soon as one ends, marked as held back.
 */
export const arrivalLoop = fromCallback<LoopCommand, ArrivalLoopInput>(({ input, receive, sendBack }) => {
  const report = sendBack as (event: LoopReport) => void;
  const guarded = guardWith(report);
  const { level, client, desk, clock } = input;
  const pool = new ConnectionPool(input.createConnection, input.maxInFlight);
  const queue = new ArrivalQueue(input, pool);
  const sleepUntil = createSleeper(clock, desk, () => guarded(sendDue));
  let draining = false;
  let stopped = false;

  function sendDue(): void {
    if (draining || stopped) return;
    let next = queue.prepareNext();
    for (; next !== undefined && next.dueAtMs <= desk.nowMs(); next = queue.prepareNext()) {
      if (next.ready === undefined) {
        next.isHeldBack = true;
        break;
      }
      queue.shift();
      send(next, next.ready);
    }
    const endAtMs = queue.startMs + input.endMs;
    if (desk.nowMs() >= endAtMs) exhaust();
    else sleepUntil(next === undefined || next.isHeldBack ? endAtMs : next.dueAtMs);
  }

  function send(
    { dueAtMs, isHeldBack }: NextArrival,
    { connection, planned, prepared }: NonNullable<NextArrival['ready']>,
  ) {
    connection.open = desk.send(connection.adapter, prepared, {
      level,
      client,
      planned,
      scheduledAtMs: dueAtMs,
      isHeldBack,
      onClosed: (_atMs, wasSent) => {
        pool.free(connection);
        // What never reached a socket may fail at once, and the next one too: not inside one another.
        if (wasSent) guarded(afterClose);
        else desk.defer(() => guarded(afterClose));
      },
      onSettled: input.onOutcome,
    });
  }

  function afterClose(): void {
    if (draining && !stopped) reportWhenDrained();
    else if (queue.next?.isHeldBack === true) sendDue();
  }

  function exhaust(): void {
    draining = true;
    report({ type: 'loop.exhausted' });
  }

  function reportWhenDrained(): void {
    if (pool.inFlight === 0) desk.unhurried(() => report({ type: 'loop.drained' }));
  }

  const isEnding = () => draining || stopped;
  const onWarm = () => {
    if (!stopped) report({ type: draining ? 'loop.drained' : 'loop.warm' });
  };

  receive((command) => {
    guarded(() => {
      if (command.type === 'warmUp') warmUpConnections(input, pool, { guarded, isEnding, onEnd: onWarm });
      else if (command.type === 'run') {
        queue.startMs = input.startedAtMs();
        sendDue();
      } else if (command.type === 'abort') {
        draining = true;
        pool.cutOff();
      } else {
        draining = true;
        queue.clear();
        pool.stopTrying();
        reportWhenDrained();
      }
    });
  });

  return () => {
    stopped = true;
    pool.close();
  };
});
