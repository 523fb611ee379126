import type { Clock } from '../core/clock.ts';
import type { ServerFigures } from '../events/events.ts';
import type { Service } from './client.ts';
import type { ClientSettings } from './clientSettings.ts';
import { HttpGetter } from './httpGetter.ts';
import { openaiHeaders } from './openaiHeaders.ts';
import { openaiOptions } from './openaiOptions.ts';
import { type OpenaiTarget, openaiTarget } from './openaiTarget.ts';
import type { MetricSample } from './prometheusText.ts';
import { clientLine } from './registry.ts';
import { readServerMetrics } from './serverMetrics.ts';
import { tlsOptions } from './tlsOptions.ts';
import { userInfoOf } from './userInfo.ts';

/** Reads a server's metrics over a connection of its own. */
export interface MetricsScraper {
  /** @returns undefined where no page came, or nothing on it is known; nothing is thrown */
  scrape(): Promise<ServerFigures | undefined>;
  close(): void;
}

/** 4 MiB: vLLM sends 54 KB for each engine. A longer page is not read. */
const largestPage = 4 * 1024 * 1024;

/**
 * A scraper for a server that is there. Where there are two places in which the metrics may be, beside the API's paths
 * and at the root, it goes from one to the other until it has found them.
 *
 * @param onImpossible told of each value that cannot be, and is left out
 * @param metricsUrl where they are, if they are not beside the API
 * @returns undefined where there can be none: no address, none over HTTP, or OpenAI itself
 */
export function createMetricsScraper(
  settings: ClientSettings,
  service: Service,
  clock: Clock,
  onImpossible: (sample: MetricSample) => void,
  metricsUrl?: string,
): MetricsScraper | undefined {
  const places = metricsUrl === undefined ? placesOf(settings, service) : placeOf(metricsUrl);
  if (places === undefined) return undefined;
  const { origin, headers, paths } = places;
  const getter = new HttpGetter(origin, headers, clock, tlsOptions(settings), largestPage);
  let [path = '/metrics', elsewhere = path] = paths;
  let isFound = false;
  return {
    async scrape() {
      const answer = await getter.get(path);
      const isWhole = answer?.status === 200 && answer.body.length < largestPage;
      const figures = isWhole ? readServerMetrics(answer.body, onImpossible) : undefined;
      if (figures !== undefined) isFound = true;
      else if (!isFound) [path, elsewhere] = [elsewhere, path];
      return figures;
    },
    close: () => getter.close(),
  };
}

interface MetricsPlaces {
  readonly origin: string;
  readonly headers: readonly string[];
  readonly paths: readonly string[];
}

const accept = 'text/plain;version=0.0.4';

function placesOf(settings: ClientSettings, { url = '', facts }: Service): MetricsPlaces | undefined {
  if (!/^https?:/i.test(url) || !URL.canParse(url) || facts?.flavour === 'openai') return undefined;
  const target = openaiTarget(url);
  return {
    origin: target.origin,
    headers: headersFor(settings, target),
    paths: [...new Set([`${target.base}/metrics`, '/metrics'])],
  };
}

/** A key goes where the requests go with it, and nowhere else. */
function headersFor(settings: ClientSettings, target: OpenaiTarget): readonly string[] {
  const hasKey = clientLine(settings.api)?.options.includes(openaiOptions) === true;
  return hasKey ? openaiHeaders(settings, target, accept) : ['accept', accept];
}

function placeOf(metricsUrl: string): MetricsPlaces {
  const url = new URL(metricsUrl);
  const { origin, pathname, search } = url;
  const userInfo = userInfoOf(url, '--server_metrics_url');
  const basic = userInfo === undefined ? [] : ['authorization', `Basic ${Buffer.from(userInfo).toString('base64')}`];
  return {
    origin,
    headers: ['accept', accept, ...basic],
    paths: [pathname + search],
  };
}
