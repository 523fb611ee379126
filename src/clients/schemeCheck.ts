import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SpeedometerError } from '../core/errors.ts';

const timeLimitMs = 2000;

/**
 * Looks whether a server that gave no sense of an answer speaks the other one of HTTP and HTTPS: some say nothing at all to
 * what they do not understand, so that a request would wait for its deadline.
 *
 * @throws SpeedometerError `serverUnreachable` where it does
 */
export async function refuseWrongScheme(origin: string, signal?: AbortSignal): Promise<void> {
  const { protocol, hostname, port, host } = new URL(origin);
  const isTls = protocol === 'https:';
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isTls ? 443 : 80)) };
  const limit = AbortSignal.timeout(timeLimitMs);
  const speaksOther = isTls ? speaksHttp : speaksTls;
  if (!(await speaksOther(place, signal === undefined ? limit : AbortSignal.any([limit, signal])))) return;
  const words = isTls
    ? `the server at ${host} does not speak TLS; try http://${host}`
    : `the server at ${host} expects TLS; try https://${host}`;
  throw new SpeedometerError('serverUnreachable', words, { hint: 'It is the scheme of --url that is wrong.' });
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function speaksHttp(place: Place, signal: AbortSignal): Promise<boolean> {
  const socket = connect(place, () => socket.write(`HEAD / HTTP/1.0\r\nHost: ${place.host}\r\n\r\n`));
  return new Promise<boolean>((resolve) => {
    socket.once('data', (bytes) => resolve(bytes.toString('latin1').startsWith('HTTP/')));
    for (const end of ['error', 'close']) socket.once(end, () => resolve(false));
    signal.addEventListener('abort', () => resolve(false), { once: true });
  }).finally(() => socket.destroy());
}

/** Nothing is sent: whose certificate it is does not matter. */
function speaksTls(place: Place, signal: AbortSignal): Promise<boolean> {
  const socket = connectTls({ ...place, rejectUnauthorized: false });
  return new Promise<boolean>((resolve) => {
    socket.once('secureConnect', () => resolve(true));
    for (const end of ['error', 'close']) socket.once(end, () => resolve(false));
    signal.addEventListener('abort', () => resolve(false), { once: true });
  }).finally(() => socket.destroy());
}
