import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, SpeedometerError } from '../core/errors.ts';
import type { Sink } from './sink.ts';
import { WindowMetrics } from './windowMetrics.ts';

/** A sink that serves what it hears. */
export interface PrometheusSink extends Sink {
  /** Where it is scraped. */
  readonly url: string;
}

/**
 * Serves a run as Prometheus metrics until its end.
 *
 * @param address `PORT` or `HOST:PORT`; 127.0.0.1 where no host is given, a free port for 0
 * @throws SpeedometerError `usage` where it cannot listen there
 */
export async function startPrometheusSink(address: string): Promise<PrometheusSink> {
  const metrics = new WindowMetrics();
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end('Metrics are at /metrics\n');
      return;
    }
    metrics.registry.metrics().then(
      (page) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(page),
      () => response.writeHead(500).end(),
    );
  });
  const colon = address.lastIndexOf(':');
  const host = colon === -1 ? '127.0.0.1' : address.slice(0, colon);
  const port = Number(address.slice(colon + 1));
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: unknown) =>
      reject(
        new SpeedometerError('usage', `--serve_metrics ${address}: cannot listen there (${messageOf(cause)})`, {
          hint: 'Name another port; 0 takes a free one.',
          cause,
        }),
      );
    if (port > 65_535) refuse(new Error('ports end at 65535'));
    else server.once('error', refuse).listen(port, host.replace(/^\[|\]$/g, ''), resolve);
  });
  server.unref(); // a run that never begins does not stay for it
  return {
    name: 'Prometheus metrics',
    url: `http://${host}:${(server.address() as AddressInfo).port}/metrics`,
    write({ events }) {
      for (const event of events) metrics.add(event);
    },
    figure(figure) {
      if (figure.type === 'window.closed') metrics.addWindow(figure.window);
    },
    finish() {
      server.close();
      server.closeAllConnections();
    },
  };
}
