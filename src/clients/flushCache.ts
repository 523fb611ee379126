import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import { HttpConnection, type HttpConnectionSettings } from './httpConnection.ts';

const timeoutMs = 10_000;

/**
 * Asks a server by an empty POST to forget the prefixes that it has cached.
 *
 * @param headers name, value, name, value, ...
 * @param connect limits and TLS
 * @returns whether it did: false where it has no such route
 * @throws SpeedometerError `serverUnreachable` where it refuses, or says nothing in 10 s
 */
export async function flushCache(
  origin: string,
  headers: readonly string[],
  path: string,
  clock: Clock,
  connect: HttpConnectionSettings['connect'] = {},
): Promise<boolean> {
  const connection = new HttpConnection(origin, { headers, connect });
  let timer: unknown;
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const cancel = connection.post(
        { path, body: Buffer.alloc(0) },
        {
          sent() {},
          headers() {},
          received() {},
          ended: () => resolve(true),
          failed: ({ httpStatus, reason, message }) => {
            if (httpStatus === 404) resolve(false);
            else reject(new SpeedometerError('serverUnreachable', `POST ${path}: ${message ?? reason}`));
          },
        },
      );
      timer = clock.setTimeout(cancel, timeoutMs);
    });
  } finally {
    clock.clearTimeout(timer);
    connection.close();
  }
}
