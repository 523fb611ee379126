import { SpeedometerError } from '../core/errors.ts';

/** Where a gRPC server listens. */
export interface GrpcTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * Takes `HOST:PORT` apart; a scheme before it (`grpc://`, `http://`) changes nothing, since MII never encrypts.
 * @throws SpeedometerError `usage` where it is something else
 */
export function grpcTarget(url: string): GrpcTarget {
  const [, address = url] = /^(?:grpc|http):\/\/([^/]*)\/?$/.exec(url) ?? [];
  const [, host = '', digits = ''] = /^(\[[\da-f:.]+\]|[^\s/:@?#[\]]+):(\d{1,5})$/i.exec(address) ?? [];
  const port = Number(digits);
  if (host === '' || port < 1 || port > 65_535) {
    throw new SpeedometerError('usage', `--url: expected HOST:PORT of a gRPC server, got "${url}"`, {
      hint: 'Such as 127.0.0.1:50050, the load balancer of MII where no other port was chosen.',
    });
  }
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

/** The address as it is written: `grpc://127.0.0.1:50050`. */
export function grpcUrl({ host, port }: GrpcTarget): string {
  return `grpc://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
