import type { AddressInfo } from 'node:net';
import { createNullServer } from './nullServer.ts';
import type { CountReport, NullAnswer, ServerReady } from './nullServerMessages.ts';

// The null server in a process of its own: it tells its parent its port, and on request how many requests have come.
process.on('disconnect', () => process.exit(0));
if (process.connected === false) process.exit(0); // it closed while we were loading

let requests = 0;
const answer = JSON.parse(process.argv[2] ?? '{"kind":"whole"}') as NullAnswer;
const server = createNullServer(answer, () => {
  requests++;
});
server.listen(Number(process.argv[3] ?? 0), '127.0.0.1', 8192, () => {
  const { port } = server.address() as AddressInfo;
  if (process.send === undefined) process.stdout.write(`http://127.0.0.1:${port}\n`);
  else tell({ port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ requests, cpuMicros: user + system });
});

function tell(message: ServerReady | CountReport): void {
  process.send?.(message);
}
