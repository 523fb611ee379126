import { createActor } from 'xstate';
import type { Adapter } from '../clients/adapter.ts';
import type { Failure } from '../clients/client.ts';
import { settingsAt } from '../clients/clientSettings.ts';
import type { Clock } from '../core/clock.ts';
import type { ClientPhase, RequestFailed, RequestOutcome } from '../events/events.ts';
import type { OpenLoop } from '../events/openLoop.ts';
import { clientMachine } from '../machines/clientMachine.ts';
import type { PlannedLevel, WarmupTally } from '../machines/levelMachine.ts';
import { type Arrival, arrivalsOf } from '../workload/arrivals.ts';
import { requestsOf } from '../workload/conversations.ts';
import type { PromptDeck } from '../workload/promptDeck.ts';
import { thinkTimes } from '../workload/thinkTime.ts';
import { arrivalLoop } from './arrivalLoop.ts';
import type { ArrivalLoopInput } from './arrivalLoopInput.ts';
import type { ExchangeDesk } from './exchangeDesk.ts';
import { type RequestLoopInput, requestLoop } from './requestLoop.ts';
import { textsOf } from './requestTexts.ts';
import type { LevelCommand, SweepSetup } from './workerMessages.ts';

/** How often a failed warm-up is repeated. */
export const warmupRepeats = 3;
/** Connections of an open loop that warm up, over all workers: it is not known how many it will take. */
export const warmConnections = 8;

export interface CrewSettings {
  readonly plan: PlannedLevel;
  readonly worker: number;
  readonly clock: Clock;
  /** Times the sends of an open loop. */
  readonly arrivalClock: Clock;
  readonly adapter: Adapter;
  readonly desk: ExchangeDesk;
  readonly deck: PromptDeck;
  readonly setup: SweepSetup;
  readonly onWarmup: (outcome: RequestOutcome) => void;
  /** The server answered 401, 403 or 404. */
  readonly onRefused: (failure: Failure) => void;
  /** Every client is warm, or has ended before. */
  readonly onWarm: (tally: WarmupTally) => void;
  /** @param failure what ended a client before its work was done */
  readonly onStopped: (failure: string | undefined) => void;
}

/** The clients of one worker in one level. */
export interface ClientCrew {
  command(command: LevelCommand): void;
}

/** Prepares the worker's share of the level's clients: client c belongs to worker 1 + c mod workers. */
export function startClientCrew(settings: CrewSettings): ClientCrew {
  const { plan, worker, clock, desk } = settings;
  const clients = shareOf(plan, worker);
  const phases = new Map<number, ClientPhase>(clients.map((client) => [client, 'warmup']));
  const tally = createTally(settings);
  let warm = false;
  let stopped = false;
  let failure: string | undefined;
  let startedAtMs = 0;
  let endTimer: unknown;

  function announce(client: number, phase: ClientPhase, message?: string): void {
    if (message !== undefined) failure ??= `client ${client} failed: ${message}`;
    phases.set(client, phase);
    desk.emit({ type: 'client.phaseChanged', worker, atMs: desk.nowMs(), level: plan.level, client, phase });
    if (!warm && every(phases, (reached) => reached !== 'warmup')) {
      warm = true;
      settings.onWarm(tally.result());
    }
    if (!stopped && every(phases, (reached) => reached === 'stopped' || reached === 'failed')) {
      stopped = true;
      clock.clearTimeout(endTimer);
      desk.defer(() => settings.onStopped(failure));
    }
  }

  function endByTime(): void {
    for (const actor of actors) if (actor.getSnapshot().status === 'active') actor.send({ type: 'drain' });
  }

  const machine = clientMachine.provide({
    actors: { requestLoop: (plan.openLoop === undefined ? requestLoop : arrivalLoop) as never },
    actions: { announce: ({ context }, { phase, failure: message }) => announce(context.client, phase, message) },
  });
  const actors = clients.map((client) => {
    const loop = { ...loopInput(settings, client), ...tally, startedAtMs: () => startedAtMs };
    return createActor(machine, { input: { client, level: plan.level, loop }, clock });
  });

  return {
    command: (command) => {
      const { type } = command;
      // Clients are free once they hear of it; arrivals are due from one moment on for all workers.
      if (type === 'start') startedAtMs = plan.openLoop === undefined ? desk.nowMs() : command.atMs;
      if (type === 'warmUp') for (const actor of actors) actor.start();
      else for (const actor of actors) actor.send({ type });
      if (type === 'start' && plan.seconds !== undefined) endTimer = clock.setTimeout(endByTime, plan.seconds * 1000);
      if (actors.length === 0 && type === 'warmUp') settings.onWarm(tally.result());
    },
  };
}

function shareOf({ clients, workers }: PlannedLevel, worker: number): number[] {
  return Array.from({ length: clients }, (_, client) => client).filter((client) => client % workers === worker - 1);
}

type OfCrew = 'onWarmup' | 'onOutcome' | 'startedAtMs';
type LoopSettings = Omit<RequestLoopInput, OfCrew> | Omit<ArrivalLoopInput, OfCrew>;

function loopInput(settings: CrewSettings, client: number): LoopSettings {
  const { plan, adapter, desk, deck, setup, clock, arrivalClock } = settings;
  const { openLoop } = plan;
  const source = {
    level: plan.level,
    client,
    desk,
    draw: deck.draw,
    ...textsOf(setup.deck.text, deck.conversations),
  };
  const createConnection = () => adapter.createClient(settingsAt(setup.client, setup.service), clock);
  if (openLoop !== undefined) {
    return { ...source, clock: arrivalClock, createConnection, ...arrivalShare(plan, openLoop, client) };
  }
  return {
    ...source,
    adapter: createConnection(),
    failurePauseMs: setup.failurePauseMs,
    ...thinking(setup, plan.firstRequest + client),
    requests: requestsOf(plan, client, deck.conversations),
    ...(deck.conversations?.history === 'real' ? { answersFollow: true } : {}),
    warmups: warmupRows(plan, client),
  };
}

function thinking({ think }: SweepSetup, stream: number): Pick<RequestLoopInput, 'thinkMs'> {
  return think === undefined ? {} : { thinkMs: thinkTimes(think, stream) };
}

/** Source c of C sends arrivals c, c + C, c + 2 C ...: together they send the same ones whatever the number of workers. */
function arrivalShare(plan: PlannedLevel, openLoop: OpenLoop, source: number) {
  const share = (total: number) => Math.ceil((total - source) / plan.clients);
  return {
    arrivals: everyNthArrival(openLoop, plan, source),
    endMs: openLoop.seconds * 1000,
    maxInFlight: share(openLoop.maxInFlight),
    warmups: Array.from({ length: Math.max(0, share(warmConnections)) }, (_, index) =>
      warmupRows(plan, source + index * plan.clients),
    ),
  };
}

function* everyNthArrival(openLoop: OpenLoop, { firstRequest, clients }: PlannedLevel, source: number) {
  for (const arrival of arrivalsOf(openLoop, firstRequest)) {
    if ((arrival.request - firstRequest) % clients === source) yield arrival satisfies Arrival;
  }
}

/** For each warm-up of a client, or of a connection, its numbers. */
function warmupRows(plan: PlannedLevel, client: number): readonly (readonly number[])[] {
  return Array.from({ length: plan.warmups }, (_, warmup) => warmupNumbers(plan, client * plan.warmups + warmup));
}

/** The numbers of one warm-up: it takes the next one where it failed. @param index counts them over all clients of a level */
export function warmupNumbers(
  plan: Pick<PlannedLevel, 'firstRequest' | 'planned' | 'spanned'>,
  index: number,
): readonly number[] {
  const first = plan.firstRequest + (plan.spanned ?? plan.planned) + index * (1 + warmupRepeats);
  return Array.from({ length: 1 + warmupRepeats }, (_, attempt) => first + attempt);
}

/** How many warm-ups a level has, over all workers. */
export function warmupCount({
  clients,
  warmups,
  openLoop,
}: Pick<PlannedLevel, 'clients' | 'warmups' | 'openLoop'>): number {
  return (openLoop === undefined ? clients : warmConnections) * warmups;
}

/** How many request numbers a level takes, warm-ups and their repetitions among them. */
export function numbersTaken(
  level: Pick<PlannedLevel, 'planned' | 'spanned' | 'clients' | 'warmups' | 'openLoop'>,
): number {
  return (level.spanned ?? level.planned) + warmupCount(level) * (1 + warmupRepeats);
}

const refusals = new Set([401, 403, 404]);

function createTally({ onWarmup, onRefused }: CrewSettings) {
  let tried = 0;
  let failed = 0;
  let lastFailure: Failure | undefined;

  /** A server that answers 401, 403 or 404 will not answer better later. */
  function refusedBy(outcome: RequestOutcome): void {
    if (outcome.type === 'request.completed' || !refusals.has(outcome.httpStatus ?? 0)) return;
    onRefused(failureOf(outcome));
  }

  return {
    onWarmup: (outcome: RequestOutcome) => {
      tried++;
      onWarmup(outcome);
      refusedBy(outcome);
      if (outcome.type === 'request.completed' || outcome.kind === 'aborted') return;
      failed++;
      lastFailure = failureOf(outcome);
    },
    onOutcome: refusedBy,
    result: (): WarmupTally => ({ tried, failed, ...(lastFailure === undefined ? {} : { lastFailure }) }),
  };
}

function failureOf({ kind, reason, message, httpStatus }: RequestFailed): Failure {
  return {
    kind,
    reason,
    ...(message === undefined ? {} : { message }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

function every(phases: ReadonlyMap<number, ClientPhase>, holds: (phase: ClientPhase) => boolean): boolean {
  for (const phase of phases.values()) if (!holds(phase)) return false;
  return true;
}
