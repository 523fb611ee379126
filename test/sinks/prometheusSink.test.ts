import { expect, onTestFinished, test } from 'vitest';
import { parsePrometheusText } from '../../src/clients/prometheusText.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { startPrometheusSink } from '../../src/sinks/prometheusSink.ts';
import { runLog } from '../metrics/runLog.ts';

async function scrape(url: string) {
  const answer = await fetch(url);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const samples = parsePrometheusText(await answer.text());
  return (name: string, labels: Readonly<Record<string, string>> = {}) =>
    samples.find(
      (sample) =>
        sample.name === `deepspeedometer_${name}` &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;
}

test('a scrape sees the newest window and the requests that ended, and no gauge of a level that is over', async () => {
  const sink = await startPrometheusSink('0');
  onTestFinished(() => sink.finish({} as never));
  expect((await scrape(sink.url))('requests_per_second')).toBeUndefined();

  const fold = new RunFold({ window_seconds: 2 });
  const log = runLog({ seed: 3, planned: 400, failureRatio: 0.1 }, [4]);
  let latest: { readonly requestsPerSec: number; readonly p90: number | undefined } | undefined;
  let ended = 0;
  for (const event of log) {
    if (event.type === 'level.finished') {
      const during = await scrape(sink.url);
      expect(during('requests_per_second')).toBe(latest?.requestsPerSec);
      expect(during('ttft_seconds', { statistic: 'p90' })).toBe((latest?.p90 ?? Number.NaN) / 1000);
      expect(during('level_clients')).toBe(4);
      expect(during('requests_total', { outcome: 'completed' })).toBe(ended);
    }
    if (event.type === 'request.completed' && !event.warmup && event.outputTokens > 0) ended++;
    sink.write({ firstSeq: event.seq, events: [event], texts: [] });
    for (const figure of fold.add(event)) {
      sink.figure(figure);
      if (figure.type === 'window.closed' && event.type !== 'level.finished') {
        latest = { requestsPerSec: figure.window.requestsPerSec, p90: figure.window.ttftMs.p90 };
      }
    }
  }
  const after = await scrape(sink.url);
  expect(after('run_info', { run: 'made-up' })).toBe(1);
  expect(after('level_clients')).toBeUndefined();
  expect(after('requests_total', { outcome: 'completed' })).toBe(ended);
  expect((await fetch(sink.url.replace('/metrics', '/'))).status).toBe(404);
});

test('a port that is taken or cannot be is refused in words', async () => {
  const sink = await startPrometheusSink('127.0.0.1:0');
  onTestFinished(() => sink.finish({} as never));
  const { host } = new URL(sink.url);
  await expect(startPrometheusSink(host)).rejects.toThrow(`--serve_metrics ${host}: cannot listen there (`);
  await expect(startPrometheusSink('70000')).rejects.toThrow('--serve_metrics 70000: cannot listen there (ports end');
});
