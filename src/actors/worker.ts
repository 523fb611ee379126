import type { Adapter } from '../clients/adapter.ts';
import type { Failure } from '../clients/client.ts';
import { loadAdapter } from '../clients/registry.ts';
import { type Clock, createRunClock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { createPreciseClock } from '../core/preciseClock.ts';
import { keepSecrets, masked } from '../core/secrets.ts';
import { packBatch } from '../events/codec.ts';
import type { RequestOutcome } from '../events/events.ts';
import type { PlannedLevel } from '../machines/levelMachine.ts';
import { loadTokenizer } from '../workload/loadTokenizer.ts';
import { createDeck, type PromptDeck } from '../workload/promptDeck.ts';
import { type ClientCrew, startClientCrew } from './clientCrew.ts';
import { type DeskSettings, ExchangeDesk } from './exchangeDesk.ts';
import { type GeneratorSampler, startGeneratorSampler } from './generatorSampler.ts';
import { maskedEvents, maskedTexts } from './maskedWords.ts';
import { backoffPolicy } from './retryPolicy.ts';
import type { MessageFromWorker, MessageToWorker, Port, SweepSetup } from './workerMessages.ts';

const flushEveryMs = 100;
/** More than a batch takes, but with very long answers. */
const packingBytes = 1024 * 1024;

/** What one sweep needs of a worker, once its deck is there. */
interface Sweep {
  readonly setup: SweepSetup;
  readonly adapter: Adapter;
  readonly deck: PromptDeck;
  readonly desk: ExchangeDesk;
}

/** Carries its share of the clients; everything it sees goes out in batches through `port`. @returns what ends it. */
export function startWorker(port: Port<MessageFromWorker, MessageToWorker>, leave: () => void): void {
  const packing = Buffer.allocUnsafeSlow(packingBytes);
  let worker = 0;
  let clock: Clock = createRunClock(0);
  const openPreciseClock = once(() => createPreciseClock(clock)); // it costs a thread: those that need none have none
  let sweep: Sweep | undefined;
  let crew: ClientCrew | undefined;
  let level: number | undefined;
  let sampler: GeneratorSampler | undefined;

  function setUp(number: number, originMs: number): void {
    worker = number;
    clock = createRunClock(originMs);
    const tend = () => {
      sweep?.desk.checkDeadlines();
      sweep?.desk.flush();
      clock.setTimeout(tend, flushEveryMs);
    };
    clock.setTimeout(tend, flushEveryMs);
    port.post({ type: 'ready' });
  }

  async function prepareSweep(setup: SweepSetup): Promise<void> {
    keepSecrets(setup.secrets);
    const adapter = await loadAdapter(setup.client.api);
    sampler?.stop();
    const desk = openDesk(setup, worker, clock, (events, texts) =>
      port.post({ type: 'batch', batch: packBatch(maskedEvents(events), maskedTexts(texts), packing) }),
    );
    sweep = { setup, adapter, desk, deck: createDeck(setup.deck) };
    sampler = startGeneratorSampler(clock, {
      worker,
      counts: desk.counts,
      inFlight: () => desk.inFlight,
      level: () => level,
      emit: (event) => desk.emit(event),
    });
    port.post({ type: 'ready' });
  }

  function prepareLevel(plan: PlannedLevel): void {
    if (sweep === undefined) throw new Error('a level before its sweep');
    const { desk, setup, adapter, deck } = sweep;
    // Without warm-ups there is nothing to learn from whether the server counts tokens.
    let tokenizer = plan.warmups === 0 ? countWith(desk, setup.tokenizer) : undefined;
    level = plan.level;
    crew = startClientCrew({
      plan,
      worker,
      clock,
      arrivalClock: plan.openLoop === undefined ? clock : openPreciseClock(),
      adapter,
      desk,
      deck,
      setup,
      onWarmup: (outcome) => {
        if (lacksCount(outcome) && desk.countTokens === undefined) tokenizer ??= countWith(desk, setup.tokenizer);
      },
      onRefused: (failure) => port.post({ type: 'refused', failure: masked(failure) }),
      onWarm: (tally) => {
        const warm = () => {
          sampler?.sample(); // what the level is judged by begins after its warm-up
          desk.flush(); // so that all of the warm-up lies before the level's start in the log
          port.post({ type: 'warm', ...tally });
        };
        // Without a tokenizer answers are counted by their chunks, and their token source says so.
        if (tokenizer === undefined) warm();
        else tokenizer.then(warm, warm);
      },
      onStopped: (failure) => {
        sampler?.sample();
        desk.flush();
        level = undefined;
        port.post({ type: 'stopped', ...(failure === undefined ? {} : { failure }) });
      },
    });
  }

  port.onMessage((message) => {
    switch (message.type) {
      case 'setUp':
        return setUp(message.worker, message.originMs);
      case 'sweep':
        prepareSweep(message.setup).catch((thrown) => port.post({ type: 'unable', message: messageOf(thrown) }));
        return undefined;
      case 'level':
        crew = undefined;
        return tryLevel(port, () => prepareLevel(message.plan));
      case 'leave':
        sweep?.desk.flush();
        return leave();
      default:
        return crew?.command(message);
    }
  });
}

/** A client that can be made in the main process may fail in a worker: the level is told, and does not wait for it. */
function tryLevel(port: Port<MessageFromWorker, MessageToWorker>, prepareLevel: () => void): void {
  try {
    prepareLevel();
  } catch (thrown) {
    const failure: Failure = { kind: 'protocol', reason: 'clientThrew', message: messageOf(thrown) };
    port.post({ type: 'refused', failure });
    port.post({ type: 'stopped' });
  }
}

function openDesk(setup: SweepSetup, worker: number, clock: Clock, deliver: DeskSettings['deliver']): ExchangeDesk {
  const { requestTimeoutMs, noProgressTimeoutMs, retries, keepsTexts, source } = setup;
  return new ExchangeDesk({
    worker,
    clock,
    requestTimeoutMs,
    ...(noProgressTimeoutMs === undefined ? {} : { noProgressTimeoutMs }),
    ...(retries === 0 ? {} : { retryPolicy: backoffPolicy(retries, setup.client.seed) }),
    keepsTexts,
    source,
    defer: setImmediate,
    deliver,
  });
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function lacksCount(outcome: RequestOutcome): boolean {
  return outcome.type === 'request.completed' && outcome.tokenSource === 'chunks';
}

async function countWith(desk: ExchangeDesk, name: string): Promise<void> {
  const tokenizer = await loadTokenizer(name);
  desk.countTokens ??= (text) => tokenizer.count(text);
}
