import { fromCallback } from 'xstate';
import type { Client, Failure } from '../clients/client.ts';
import type { RequestOutcome } from '../events/events.ts';
import type { LoopCommand, LoopReport } from '../machines/clientMachine.ts';
import type { Connection } from './connectionPool.ts';
import { warmUpConnection } from './connectionWarmUp.ts';
import type { ExchangeDesk } from './exchangeDesk.ts';
import { FailureRest } from './failureRest.ts';
import { guardWith, type ReadyRequest, type RequestSource } from './loopSteps.ts';
import { answeredFeed, plannedFeed } from './requestFeed.ts';
import { ThinkPause } from './thinkPause.ts';

/** What a request loop sends, and through what. */
export interface RequestLoopInput extends RequestSource {
  readonly level: number;
  readonly client: number;
  readonly adapter: Client;
  readonly desk: ExchangeDesk;
  /** Numbers of the measured requests, in their order. */
  readonly requests: Iterator<number>;
  /** Requests are turns of conversations that bring along the answers of the server. */
  readonly answersFollow?: boolean;
  /** A row of numbers for each warm-up: the first try and its repetitions. */
  readonly warmups: readonly (readonly number[])[];
  readonly onWarmup: (outcome: RequestOutcome) => void;
  /** Called with the outcome of every measured request. */
  readonly onOutcome: (outcome: RequestOutcome) => void;
  /** How long the client rests after a failed request. */
  readonly failurePauseMs: number;
  /** Draws how long the client thinks between an answer and its next request; absent: not at all. */
  readonly thinkMs?: () => number;
  /** When the level's clients were released, all of them at once. */
  readonly startedAtMs: () => number;
}

/**
 * The actor that a client's machine invokes: takes the next request, sends, and again as soon as the answer has ended.
 * `drain` ends its sending; stopping the actor cuts off what is open.
 */
export const requestLoop = fromCallback<LoopCommand, RequestLoopInput>(({ input, receive, sendBack }) => {
  const report = sendBack as (event: LoopReport) => void;
  const { level, client, adapter, desk, requests, warmups, onOutcome } = input;
  const feed = (input.answersFollow === true ? answeredFeed : plannedFeed)(input, adapter, requests);
  const guarded = guardWith(report);
  const own: Connection = { adapter, open: undefined };
  let ready: ReadyRequest | undefined;
  let draining = false;
  let stopped = false;
  /** Since when it is free, where it goes on only when the answer has been read. */
  let freeAtMs: number | undefined;
  const isEnding = () => draining || stopped;
  const onDue = (dueAtMs: number) => guarded(() => runNext(dueAtMs));
  const think = new ThinkPause(desk.clock, input.thinkMs, prepareNext, onDue);
  const rest = new FailureRest(desk.clock, input.failurePauseMs, () => guarded(() => think.goOn(desk.nowMs())));

  function prepareNext(): boolean {
    if (ready === undefined && !draining) ready = feed.next();
    return ready !== undefined;
  }

  function runNext(scheduledAtMs: number): void {
    own.open = undefined;
    if (stopped) return;
    prepareNext();
    if (draining) reportDrained();
    else if (ready === undefined) {
      draining = true;
      report({ type: 'loop.exhausted' });
    } else {
      const { planned, prepared } = ready;
      ready = undefined;
      own.open = desk.send(adapter, prepared, { level, client, planned, scheduledAtMs, onClosed, onSettled });
    }
  }

  // A machine that ends takes its connection down with it: not while answers of others wait for their stamps.
  const reportDrained = () => desk.unhurried(() => report({ type: 'loop.drained' }));

  function onClosed(atMs: number, wasSent: boolean, failure: Failure | undefined): void {
    if (feed.hear !== undefined) {
      freeAtMs = atMs;
      return;
    }
    if (rest.holds(failure)) return;
    if (wasSent) guarded(() => think.goOn(atMs));
    // What never reached a socket may fail at once, and the next one too: not inside one another.
    else desk.defer(() => guarded(() => think.goOn(atMs)));
  }

  // The next request is prepared after this one is on its way, when its predecessor's answer is read.
  const onSettled = (outcome: RequestOutcome, answer: string) =>
    guarded(() => {
      const failure = outcome.type === 'request.failed' ? outcome : undefined;
      onOutcome(outcome);
      feed.hear?.(outcome, answer);
      prepareNext();
      if (freeAtMs !== undefined && !rest.holds(failure)) think.goOn(freeAtMs);
      if (failure !== undefined) rest.failed();
    });

  function onWarm(): void {
    if (stopped) return;
    prepareNext(); // so that all first requests of a level leave at once
    report({ type: draining ? 'loop.drained' : 'loop.warm' });
  }

  function cutOff(): void {
    rest.end();
    think.end();
    own.open?.breakOff({ kind: 'aborted', reason: 'cancelled' });
  }

  receive((command) => {
    guarded(() => {
      if (command.type === 'warmUp') warmUpConnection(input, own, warmups, { guarded, isEnding, onEnd: onWarm });
      else if (command.type === 'run') runNext(input.startedAtMs());
      else if (command.type === 'abort') {
        draining = true;
        cutOff();
      } else {
        draining = true;
        if (rest.end() || think.end() || own.open === undefined) reportDrained();
        else own.open.stopTrying();
      }
    });
  });

  return () => {
    stopped = true;
    cutOff();
    adapter.close();
  };
});
