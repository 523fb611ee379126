import { HttpConnection } from './httpConnection.ts';
import { type HeaderOptions, openaiHeaders } from './openaiHeaders.ts';
import type { OpenaiTarget } from './openaiTarget.ts';
import { keepsConnections, type ServerFacts, type ServerFlavour } from './serverFacts.ts';
import { tlsOptions } from './tlsOptions.ts';

/**
 * The connection of one simulated user to a server at an address. It is made by the first request.
 *
 * @param accept the kinds of answers that are understood
 * @param flavour what kind of server that is, where the protocol tells it
 * @throws SpeedometerError `usage` where a variable of the environment holds what no header can
 */
export function postConnection(
  settings: HeaderOptions & { readonly facts?: ServerFacts },
  target: OpenaiTarget,
  accept: string,
  flavour: ServerFlavour | undefined = settings.facts?.flavour,
): HttpConnection {
  return new HttpConnection(target.origin, {
    headers: openaiHeaders(settings, target, accept),
    isReused: keepsConnections(flavour),
    connect: tlsOptions(settings),
  });
}
