import type { Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import { createMetricsScraper } from '../clients/metricsScraper.ts';
import type { ServerMetricsOptions } from '../clients/serverMetricsOptions.ts';
import type { Clock } from '../core/clock.ts';
import { mainWorker } from '../events/events.ts';
import type { Recorder } from './recorder.ts';
import { createServerSampler, type ServerSampler } from './serverSampler.ts';

/** The sampler of a run: it watches each service that is started, as the options have it. */
export interface ServerWatch extends Omit<ServerSampler, 'watch'> {
  /** @param settings what the service was started for */
  watchService(service: Service, settings: ClientSettings): void;
}

/** Records what servers say of themselves. That one says nothing is a warning only where it was asked for. */
export function createServerWatch(options: ServerMetricsOptions, clock: Clock, recorder: Recorder): ServerWatch {
  const { server_metrics, server_metrics_seconds, server_metrics_url } = options;
  const onMissing = () => {
    if (server_metrics !== true && server_metrics_url === undefined) return;
    const message = 'no metrics of the server were found that we know: its own figures are missing';
    recorder.emit({ type: 'run.warned', worker: mainWorker, atMs: clock.nowMs(), message });
  };
  const { watch, ...sampler } = createServerSampler({
    clock,
    periodMs: server_metrics_seconds * 1000,
    emit: recorder.emit,
    onMissing,
  });
  return {
    ...sampler,
    watchService(service, settings) {
      if (server_metrics === false) return;
      const scraper = createMetricsScraper(settings, service, clock, server_metrics_url);
      watch(scraper);
      if (scraper === undefined) onMissing();
    },
  };
}
