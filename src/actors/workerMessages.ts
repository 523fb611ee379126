import type { Failure, Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import type { Batch } from '../events/eventLog.ts';
import type { CrewCommand, PlannedLevel, WarmupTally } from '../machines/levelMachine.ts';
import type { DeckTransfer } from '../workload/promptDeck.ts';
import type { ThinkTime } from '../workload/thinkTime.ts';

/** What a worker needs for one sweep. Everything can be cloned. */
export interface SweepSetup {
  readonly client: ClientSettings;
  readonly service: Service;
  readonly deck: DeckTransfer;
  /** The id under which the log keeps the deck's source text. */
  readonly source: number;
  readonly tokenizer: string;
  readonly requestTimeoutMs: number;
  readonly noProgressTimeoutMs?: number;
  /** How often a request may be sent again. */
  readonly retries: number;
  readonly failurePauseMs: number;
  /** Absent where clients send again at once. */
  readonly think?: ThinkTime;
  readonly keepsTexts: boolean;
  /** What no text that leaves the worker may show. */
  readonly secrets: readonly string[];
}

/** What a level asks of a worker; all workers of a level are told of one moment at which it starts. */
export type LevelCommand = Exclude<CrewCommand, { type: 'start' }> | { readonly type: 'start'; readonly atMs: number };

export type MessageToWorker =
  | { readonly type: 'setUp'; readonly worker: number; readonly originMs: number }
  | { readonly type: 'sweep'; readonly setup: SweepSetup }
  | { readonly type: 'level'; readonly plan: PlannedLevel }
  | LevelCommand
  /** Deliver all and leave. */
  | { readonly type: 'leave' };

export type MessageFromWorker =
  | { readonly type: 'ready' }
  /** The client of the sweep cannot be used: why. */
  | { readonly type: 'unable'; readonly message: string }
  | { readonly type: 'batch'; readonly batch: Batch }
  | ({ readonly type: 'warm' } & WarmupTally)
  | { readonly type: 'refused'; readonly failure: Failure }
  /** `failure`: a client ended before its work was done, through an error of ours. */
  | { readonly type: 'stopped'; readonly failure?: string };

/** A way to and from one worker, whichever kind it is. */
export interface Port<Outgoing, Incoming> {
  /** Copies what it sends before it returns. */
  post(message: Outgoing): void;
  onMessage(listener: (message: Incoming) => void): void;
}
