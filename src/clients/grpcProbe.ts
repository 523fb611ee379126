import { connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { GrpcTarget } from './grpcTarget.ts';

const probeTimeoutMs = 2000;

/** Whether a server speaks HTTP/2 at an address: its settings are the first that it sends, unasked. Takes 2 s at most. */
export function answersHttp2({ host, port }: GrpcTarget, clock: Clock, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect('http://localhost', { createConnection: () => connectSocket({ host, port }) });
    const end = () => session.destroy();
    const timer = clock.setTimeout(end, probeTimeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    session.once('remoteSettings', () => {
      resolve(true);
      end();
    });
    session.on('error', () => {}); // it closes then
    session.once('close', () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve(false);
    });
    if (signal?.aborted) end();
  });
}
