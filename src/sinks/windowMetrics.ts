import { Counter, Gauge, Registry } from 'prom-client';
import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { Recorded } from '../events/events.ts';
import type { RollingWindow, WindowSpread } from '../metrics/rollingWindow.ts';

const statistics = ['mean', 'p50', 'p90', 'p99'] as const;

/**
 * A run as Prometheus metrics: gauges of the newest rolling window, counters of the measured requests. Gauges that say
 * nothing at the moment have no sample. Latencies are in seconds, as is the custom there.
 */
export class WindowMetrics {
  readonly registry = new Registry();
  readonly #info = this.#gauge('run_info', 'The run, as labels; always 1', ['run', 'api', 'model']);
  readonly #level = this.#gauge('level', 'Number of the level that runs, from 0');
  readonly #load = this.#gauge('level_clients', 'Parallel clients of the level that runs');
  readonly #requests = this.#gauge('requests_per_second', 'Requests completed with output, over the window');
  readonly #tokens = this.#gauge('output_tokens_per_second', 'Output tokens, over the window');
  readonly #inFlight = this.#gauge('in_flight_requests', "Open requests at the window's end");
  readonly #clients = this.#gauge('clients', "Clients in each phase at the window's end", ['phase']);
  readonly #ttft = this.#gauge('ttft_seconds', 'Time to first token, over the window', ['statistic']);
  readonly #tpot = this.#gauge('tpot_seconds', 'Time per output token after the first, over the window', ['statistic']);
  readonly #e2e = this.#gauge('e2e_seconds', 'End-to-end latency, over the window', ['statistic']);
  readonly #ended = new Counter({
    name: 'deepspeedometer_requests_total',
    help: 'Measured requests that ended',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  add(event: Recorded): void {
    switch (event.type) {
      case 'run.started':
        this.#info.set({ run: event.runId, api: event.api, model: event.model }, 1);
        break;
      case 'level.prepared':
        this.#level.set(event.level);
        this.#load.set(event.clients);
        break;
      case 'level.finished':
        for (const gauge of [this.#level, this.#load, ...this.#ofWindow()]) gauge.remove();
        for (const gauge of [this.#clients, this.#ttft, this.#tpot, this.#e2e]) gauge.reset();
        break;
      case 'request.completed':
        if (!event.warmup) this.#ended.inc({ outcome: isEmptyAnswer(event) ? 'empty' : 'completed' });
        break;
      case 'request.failed':
        if (!event.warmup) this.#ended.inc({ outcome: event.kind });
        break;
    }
  }

  addWindow(window: RollingWindow): void {
    this.#requests.set(window.requestsPerSec);
    this.#tokens.set(window.outputTokensPerSec);
    this.#inFlight.set(window.inFlight);
    this.#clients.reset();
    for (const [phase, count] of Object.entries(window.clients)) this.#clients.set({ phase }, count);
    setSpread(this.#ttft, window.ttftMs);
    setSpread(this.#tpot, window.tpotMs);
    setSpread(this.#e2e, window.e2eMs);
  }

  #ofWindow(): readonly Gauge[] {
    return [this.#requests, this.#tokens, this.#inFlight];
  }

  #gauge<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
    const gauge = new Gauge({ name: `deepspeedometer_${name}`, help, labelNames, registers: [this.registry] });
    if (labelNames.length === 0) gauge.remove(); // it would begin with a 0 that nobody measured
    return gauge;
  }
}

function setSpread(gauge: Gauge<'statistic'>, spread: WindowSpread): void {
  gauge.reset();
  for (const statistic of statistics) {
    const valueMs = spread[statistic];
    if (valueMs !== undefined) gauge.set({ statistic }, valueMs / 1000);
  }
}
