import type {
  ClientPhase,
  ClientPhaseChanged,
  RequestOutcome,
  RequestProgressed,
  RequestSent,
  RunEvent,
} from '../events/events.ts';
import type { RequestFigures } from './requestFigures.ts';
import type { WindowStep } from './windowStep.ts';

/** Counts the events of one level into the steps in which they happened. Warm-ups move clients between phases, and nothing else. */
export class FlowFold {
  readonly #stepAt: (atMs: number) => WindowStep;
  readonly #phases = new Map<number, ClientPhase>();
  /** Tokens counted so far of requests in flight. */
  readonly #counted = new Map<number, number>();

  /** @param stepAt the step that a stamp counts in */
  constructor(stepAt: (atMs: number) => WindowStep) {
    this.#stepAt = stepAt;
  }

  add(event: RunEvent): void {
    switch (event.type) {
      case 'client.phaseChanged':
        this.addPhase(event);
        break;
      case 'request.sent':
        if (!event.warmup) this.addSent(event);
        break;
      case 'request.progressed':
        if (!event.warmup) this.addProgress(event);
        break;
      case 'request.completed':
      case 'request.failed':
        if (!event.warmup) this.addOutcome(event);
        break;
    }
  }

  addPhase(event: ClientPhaseChanged): void {
    const step = this.#stepAt(event.atMs);
    const before = this.#phases.get(event.client);
    this.#phases.set(event.client, event.phase);
    if (before !== undefined) step.clients[before] = (step.clients[before] ?? 0) - 1;
    step.clients[event.phase] = (step.clients[event.phase] ?? 0) + 1;
  }

  /** Counts a measured request, as the two below do. */
  addSent(event: RequestSent): void {
    this.#stepAt(event.atMs).inFlight++;
  }

  addProgress(event: RequestProgressed): void {
    const { chunkAtMs, chunkTokens, request } = event;
    let counted = this.#counted.get(request) ?? 0;
    for (let index = 0; index < chunkAtMs.length; index++) {
      const tokens = chunkTokens === undefined ? 1 : (chunkTokens[index] as number);
      this.#stepAt(chunkAtMs[index] as number).tokens += tokens;
      counted += tokens;
    }
    this.#counted.set(request, counted);
  }

  /** @param figures those of the request, where it has figures and they are known already */
  addOutcome(event: RequestOutcome, figures?: RequestFigures): void {
    const step = this.#stepAt(event.closedAtMs);
    if (event.sentAtMs !== undefined) step.inFlight--;
    if (event.type === 'request.completed') {
      step.addCompleted(event, figures);
      step.tokens += event.outputTokens - (this.#counted.get(event.request) ?? 0);
    } else step.failures[event.kind] = (step.failures[event.kind] ?? 0) + 1;
    this.#counted.delete(event.request);
  }
}
