import type { Clock } from '../core/clock.ts';
import { SpeedometerError } from '../core/errors.ts';
import { masked } from '../core/secrets.ts';
import type { Client, Failure, RequestSpec } from './client.ts';

/** The front door cuts off what takes longer. */
const limitMs = 180_000;
const probe: RequestSpec = { request: 0, prompt: 'hello world', promptTokens: 2, maxNewTokens: 16 };

/** Sends one short request, whose answer is not read. @param signal breaks it off @returns why it failed */
export function askOnce<Piece>(
  client: Pick<Client<unknown, Piece>, 'prepareRequest' | 'sendRequest'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    let timer: unknown;
    const finish = (failure: Failure | undefined) => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      resolve(failure);
    };
    const cancel = client.sendRequest(client.prepareRequest(probe), {
      sent() {},
      headers() {},
      received() {},
      ended: () => finish(undefined),
      failed: (failure) => finish(masked(failure)),
    });
    timer = clock.setTimeout(cancel, limitMs);
    signal.addEventListener('abort', cancel, { once: true });
  });
}

/** What to do where an endpoint refuses. No later request will fare better. */
export const azuremlHints: Readonly<Record<number, string>> = {
  401: 'Give its key by AZUREML_API_KEY, --api_key_env, --api_key or --api_key_command.',
  403: 'The key or the role behind the token has no right to score: see the access control of the endpoint.',
  404: 'See --url, --deployment_name, and whether a deployment of the endpoint gets traffic.',
};

/** @throws SpeedometerError `serverUnreachable` where the endpoint, the deployment or the key is wrong */
export function refuseHopeless({ httpStatus = 0, message }: Failure): void {
  const hint = azuremlHints[httpStatus];
  if (hint === undefined) return;
  const words = message === undefined || message === '' ? '' : ` (${message})`;
  throw new SpeedometerError('serverUnreachable', `the endpoint answered ${httpStatus}${words}`, { hint });
}
