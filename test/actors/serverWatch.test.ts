import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Recorder } from '../../src/actors/recorder.ts';
import { createServerWatch } from '../../src/actors/serverWatch.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import type { RunEvent } from '../../src/events/events.ts';

test('values of the server that cannot be are warned of once a run, and left out of every sample', async () => {
  const server = createServer((_request, response) => {
    response.end('vllm:num_requests_running 3\nvllm:num_requests_waiting -7\nvllm:kv_cache_usage_perc 2\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const events: RunEvent[] = [];
  const recorder = { emit: (event: RunEvent) => events.push(event) } as unknown as Recorder;
  const options = { server_metrics: true, server_metrics_seconds: 0.01, server_metrics_url: undefined };
  const watch = createServerWatch(options, createRunClock(monotonicMs()), recorder);
  onTestFinished(() => {
    watch.stop();
    server.closeAllConnections();
    server.close();
  });
  const samples = () => events.filter(({ type }) => type === 'server.sampled');
  for (const least of [2, 4]) {
    watch.watchService({ url }, { api: './mine.js' } as ClientSettings); // as for each sweep that has a server of its own
    await vi.waitUntil(() => samples().length >= least, { interval: 5 });
  }
  for (const sample of samples()) expect(sample).toMatchObject({ figures: { running: 3 } });
  expect(events.filter(({ type }) => type === 'run.warned')).toEqual([
    expect.objectContaining({
      message:
        'the metrics of the server have values that cannot be, such as vllm:num_requests_waiting -7: they are left out',
    }),
  ]);
});
