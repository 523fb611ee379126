import { type MessagePort, parentPort } from 'node:worker_threads';
import { startWorker } from './worker.ts';
import type { MessageFromWorker, MessageToWorker, Port } from './workerMessages.ts';

type WorkerPort = Port<MessageFromWorker, MessageToWorker>;

/** A thread's port: batches are transferred, not cloned. */
function threadPort(port: MessagePort): WorkerPort {
  return {
    post: (message) => {
      if (message.type !== 'batch') return port.postMessage(message);
      const { count, packed, packedTexts } = message.batch;
      // Copied out of the packer's buffer, which holds more than this batch and must stay where it is.
      const moved = [
        Uint8Array.from(packed),
        ...(packedTexts === undefined ? [] : [Uint8Array.from(packedTexts)]),
      ] as const;
      const batch = { count, packed: moved[0], ...(moved[1] === undefined ? {} : { packedTexts: moved[1] }) };
      port.postMessage(
        { type: 'batch', batch },
        moved.map((bytes) => bytes.buffer),
      );
    },
    onMessage: (listener) => port.on('message', listener),
  };
}

function processPort(): WorkerPort {
  process.on('disconnect', () => process.exit(0)); // the main process is gone, however it went
  if (!process.connected) process.exit(0); // it went while we were loading
  return {
    post: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => process.on('message', listener),
  };
}

const port = parentPort;
if (port === null) startWorker(processPort(), () => process.disconnect?.());
else startWorker(threadPort(port), () => process.exit(0)); // ends the thread alone
