import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server misbehaves, whatever it is asked. */
export type Misbehaviour = 'refuses' | 'hangsUp' | 'babbles';

const behaviours: Readonly<Record<Misbehaviour, (response: ServerResponse) => void>> = {
  refuses: (response) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'out of memory' } }));
  },
  hangsUp: (response) => void response.socket?.destroy(),
  babbles: (response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>It works!</body></html>\n');
  },
};

export interface WaywardServer {
  readonly url: string;
  /** Requests that have come. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts an HTTP server on loopback that misbehaves in one way. */
export async function startWaywardServer(misbehaviour: Misbehaviour): Promise<WaywardServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => behaviours[misbehaviour](response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
