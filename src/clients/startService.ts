import { messageOf, SpeedometerError } from '../core/errors.ts';
import { contractHint, gotWords, isObject } from './checkClientModule.ts';
import type { Client, Service, ServiceStart } from './client.ts';
import { clientPlace, moduleAddress } from './clientModule.ts';

/**
 * Has a client start its service, and looks whether it is one: a client from outside may give anything.
 * @param api the client's name, or the address of its module
 * @throws SpeedometerError `serverUnreachable` where the start fails, `usage` where it gives no service
 */
export async function startService(
  api: string,
  client: Pick<Client, 'startService'>,
  start: ServiceStart,
): Promise<Service> {
  let service: unknown;
  try {
    service = await client.startService(start);
  } catch (cause) {
    if (cause instanceof SpeedometerError || moduleAddress(api) === undefined) throw cause;
    const message = `--api ${clientPlace(api)}: its startService failed (${messageOf(cause)})`;
    throw new SpeedometerError('serverUnreachable', message, { hint: contractHint, cause });
  }
  return checkService(api, service);
}

function checkService(api: string, service: unknown): Service {
  const refuse = (expected: string, got: unknown): never => {
    const message = `--api ${clientPlace(api)}: its startService must give ${expected}, got ${gotWords(got)}`;
    throw new SpeedometerError('usage', message, { hint: contractHint });
  };
  if (!isObject(service)) return refuse('an object such as { url, description }', service);
  for (const name of ['url', 'description', 'lengths'] as const) {
    const value = service[name];
    if (value !== undefined && typeof value !== 'string') refuse(`a text as ${name}`, value);
  }
  const { facts, warnings } = service;
  if (facts !== undefined && !isObject(facts)) refuse('an object as facts', facts);
  const areTexts = Array.isArray(warnings) && warnings.every((warning) => typeof warning === 'string');
  if (warnings !== undefined && !areTexts) refuse('a list of texts as warnings', warnings);
  return service as Service;
}
