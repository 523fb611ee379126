import type { RunEvent } from '../events/events.ts';

/** What was done between two samples of a worker, and the CPU time that it took. */
interface Span {
  readonly requests: number;
  readonly chunks: number;
  readonly workerMicros: number;
  readonly mainMicros: number;
}

/** CPU time of both processes for one item, in microseconds. */
export interface ItemCost {
  readonly workerMicros: number;
  readonly mainMicros: number;
}

/**
 * CPU time a request and a chunk, of a run with one worker: its samples tell what the worker used, and everything that it did
 * before a sample stands before it in the log. A cost is that of the cheapest second: cold code and busy neighbours only add
 * to it, and a ceiling is what can be reached.
 */
export class ItemCosts {
  readonly #mainMicros: () => number;
  readonly #spans: Span[] = [];
  #isMeasured = false;
  #requests = 0;
  #chunks = 0;
  #mainBefore = 0;

  /** @param mainMicros CPU time that the main process has used until now */
  constructor(mainMicros: () => number) {
    this.#mainMicros = mainMicros;
  }

  /** Takes the next event of the log, as soon as it is there. */
  add(event: RunEvent): void {
    switch (event.type) {
      case 'level.started':
        this.#isMeasured = true;
        this.#begin();
        break;
      case 'level.finished':
        this.#isMeasured = false;
        break;
      case 'request.completed':
        this.#requests++;
        break;
      case 'request.progressed':
        this.#chunks += event.chunkAtMs.length;
        break;
      case 'generator.sampled':
        if (this.#isMeasured) this.#end(event.cpuRatio * event.periodMs * 1000);
        this.#begin();
        break;
    }
  }

  /** Of a request, whatever else was done. @throws Error where the run was too short */
  perRequest(): ItemCost {
    return this.#perItem(
      ({ requests }) => requests,
      () => 0,
    );
  }

  /** Of a chunk: what is left beside the requests. @throws Error where the run was too short */
  perChunk(request: ItemCost): ItemCost {
    return this.#perItem(
      ({ chunks }) => chunks,
      ({ requests }, process) => requests * request[process],
    );
  }

  #begin(): void {
    this.#requests = 0;
    this.#chunks = 0;
    this.#mainBefore = this.#mainMicros();
  }

  #end(workerMicros: number): void {
    const mainMicros = this.#mainMicros() - this.#mainBefore;
    this.#spans.push({ requests: this.#requests, chunks: this.#chunks, workerMicros, mainMicros });
  }

  #perItem(itemsOf: (span: Span) => number, elsewhere: (span: Span, process: keyof ItemCost) => number): ItemCost {
    const spans = this.#spans.filter((span) => itemsOf(span) > 0);
    if (spans.length === 0) throw new Error('too short to tell what an item costs');
    const least = (process: keyof ItemCost): number =>
      Math.max(0, Math.min(...spans.map((span) => (span[process] - elsewhere(span, process)) / itemsOf(span))));
    return { workerMicros: least('workerMicros'), mainMicros: least('mainMicros') };
  }
}
