import { closeSync, openSync, writeSync } from 'node:fs';
import { messageOf, SpeedometerError } from '../core/errors.ts';

/** Where an event of the trace stands: a process and one of its tracks. */
export interface Track {
  readonly pid: number;
  readonly tid: number;
}

/** Numbers and words that are shown beside an event. */
export type TraceArgs = Readonly<Record<string, number | string | undefined>>;

const microsPerMs = 1000;

/**
 * A file of the Chrome trace event format (JSON object form), which Perfetto and chrome://tracing read. Times are given in ms.
 * It is written as it grows, so that memory does not; what is beyond `mostEvents` is left out, and said in the file.
 */
export class TraceFile {
  readonly #descriptor: number;
  readonly #mostEvents: number;
  #lines: string[] = [];
  #written = 0;
  #leftOut = 0;

  /** @throws SpeedometerError `usage` where the file cannot be written */
  constructor(path: string, mostEvents = 1_000_000) {
    this.#mostEvents = mostEvents;
    try {
      this.#descriptor = openSync(path, 'w');
    } catch (cause) {
      throw new SpeedometerError('usage', `--timeline ${path}: cannot be written (${messageOf(cause)})`, { cause });
    }
    writeSync(this.#descriptor, '{"displayTimeUnit":"ms","traceEvents":[\n');
  }

  nameProcess(pid: number, name: string): void {
    this.#add({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name } });
    this.#add({ ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: pid } });
  }

  nameTrack({ pid, tid }: Track, name: string): void {
    this.#add({ ph: 'M', name: 'thread_name', pid, tid, args: { name } });
    this.#add({ ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } });
  }

  /** A stretch on a track; those of one track lie within or beside one another. */
  span(track: Track, name: string, fromMs: number, toMs: number, args: TraceArgs = {}): void {
    const dur = Math.max(0, toMs - fromMs) * microsPerMs;
    this.#add({ ph: 'X', name, ...track, ts: fromMs * microsPerMs, dur, args });
  }

  /** A stretch that may overlap with others of its name. */
  overlapping(track: Track, name: string, id: number, fromMs: number, toMs: number, args: TraceArgs = {}): void {
    const of = { name, cat: name, id, ...track };
    this.#add({ ph: 'b', ...of, ts: fromMs * microsPerMs, args });
    this.#add({ ph: 'e', ...of, ts: Math.max(fromMs, toMs) * microsPerMs });
  }

  moment(track: Track, name: string, atMs: number, args: TraceArgs = {}): void {
    this.#add({ ph: 'i', s: 't', name, ...track, ts: atMs * microsPerMs, args });
  }

  /** Values that are drawn as a curve. */
  counter(pid: number, name: string, atMs: number, args: TraceArgs): void {
    this.#add({ ph: 'C', name, pid, tid: 0, ts: atMs * microsPerMs, args });
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    writeSync(this.#descriptor, `${this.#written > this.#lines.length ? ',\n' : ''}${this.#lines.join(',\n')}`);
    this.#lines = [];
  }

  close(): void {
    this.flush();
    writeSync(this.#descriptor, `\n],"otherData":{"eventsLeftOut":${this.#leftOut}}}\n`);
    closeSync(this.#descriptor);
  }

  #add(event: object): void {
    if (this.#written >= this.#mostEvents) {
      this.#leftOut++;
      return;
    }
    this.#written++;
    this.#lines.push(JSON.stringify(event));
  }
}
