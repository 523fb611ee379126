import { portTrouble } from '../../src/clients/serverPort.ts';

/**
 * A port of 127.0.0.1 on which nobody listens. It lies below those that systems give to connections of their own choice:
 * else one of another test may take it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if ((await portTrouble(port)) === undefined) return port;
  }
}
