// A sink of one's own, a CSV row for each request: deepspeedometer --sink ./my-sink.js
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** @type {import('deepspeedometer').SinkModule['createSink']} */
export function createSink({ folder }) {
  let file;
  return {
    name: 'requests.csv',
    write({ events }) {
      file ??= openSync(join(folder, 'requests.csv'), 'w');
      for (const event of events) {
        if (event.type === 'request.completed' && !event.warmup) {
          writeSync(file, `${event.level},${event.client},${event.closedAtMs - event.sentAtMs}\n`);
        }
      }
    },
    figure(figure) {
      if (figure.type === 'level.summarized') console.error(`${figure.summary.clients} clients are done`);
    },
    finish() {
      if (file !== undefined) closeSync(file);
    },
  };
}
