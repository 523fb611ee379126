import type { Service } from '../clients/client.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import { createMetricsScraper } from '../clients/metricsScraper.ts';
import type { MetricSample } from '../clients/prometheusText.ts';
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
  const warn = (message: string) =>
    recorder.emit({ type: 'run.warned', worker: mainWorker, atMs: clock.nowMs(), message });
  const onMissing = () => {
    if (server_metrics !== true && server_metrics_url === undefined) return;
    warn('no metrics of the server were found that we know: its own figures are missing');
  };
  let isWarned = false;
  const onImpossible = ({ name, value }: MetricSample) => {
    if (isWarned) return;
    isWarned = true; // a server that counts wrongly does so on every page
    warn(`the metrics of the server have values that cannot be, such as ${name} ${value}: they are left out`);
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
      const scraper = createMetricsScraper(settings, service, clock, onImpossible, server_metrics_url);
      watch(scraper);
      if (scraper === undefined) onMissing();
    },
  };
}
