import type { Recorded, RunEvent } from './events.ts';
import type { ExchangeText } from './texts.ts';

/** Events that travel and are stored together. `packed` is the very bytes that the worker made and the log keeps. */
export interface Batch {
  readonly packed: Uint8Array;
  /** How many events `packed` holds. */
  readonly count: number;
  readonly packedTexts?: Uint8Array;
}

/** A batch after it was stored: every event has its sequence number. */
export interface RecordedBatch {
  readonly firstSeq: number;
  readonly events: readonly Recorded[];
  readonly texts: readonly ExchangeText[];
}

/** An append-only store of one run's events. */
export interface EventLog {
  /**
   * Stores a batch after all earlier ones. Resolves once it is acknowledged: a crash of ours loses nothing before it.
   * @throws SpeedometerError `logUnwritable`
   */
  append(batch: Batch): Promise<RecordedBatch>;
  /** Stores a source text that prompts are slices of. */
  appendSource(id: number, text: string): Promise<void>;
  close(): Promise<void>;
}

/** The same store, for readers: also of other processes, also while it is being written. */
export interface EventLogReader {
  /**
   * Stored events from sequence number `fromSeq` on, in order.
   * @throws LogDamage while they are read, at the first that cannot be
   */
  batches(fromSeq?: number): Iterable<readonly Recorded[]>;
  texts(fromSeq?: number): Iterable<readonly ExchangeText[]>;
  /** Texts that were stored with the batch whose first event has this number. */
  textsOf(firstSeq: number): readonly ExchangeText[];
  source(id: number): string | undefined;
  close(): Promise<void>;
}

/** Every event of a log, in order. */
export function* eventsOf(log: EventLogReader, fromSeq = 0): Iterable<Recorded<RunEvent>> {
  for (const batch of log.batches(fromSeq)) yield* batch;
}
