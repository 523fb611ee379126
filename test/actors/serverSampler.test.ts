import { expect, test } from 'vitest';
import { SimulatedClock } from 'xstate';
import { createServerSampler } from '../../src/actors/serverSampler.ts';
import type { MetricsScraper } from '../../src/clients/metricsScraper.ts';
import type { ServerFigures, ServerSampled } from '../../src/events/events.ts';

/** A sampler on simulated time before a server that takes `pageMs` for a page; `pages` says what comes, page by page. */
function samplerBefore(pages: (page: number) => ServerFigures | undefined, pageMs = 0) {
  const simulated = new SimulatedClock();
  const clock = {
    nowMs: () => simulated.now(),
    setTimeout: (callback: () => void, delayMs: number) => simulated.setTimeout(callback, delayMs),
    clearTimeout: (timer: unknown) => simulated.clearTimeout(timer as number),
  };
  const events: ServerSampled[] = [];
  const seen = { asked: 0, missing: 0, closed: 0 };
  const scraper: MetricsScraper = {
    scrape: async () => {
      const figures = pages(seen.asked++);
      if (pageMs > 0) await new Promise<void>((resolve) => simulated.setTimeout(resolve, pageMs));
      return figures;
    },
    close: () => void seen.closed++,
  };
  const sampler = createServerSampler({
    clock,
    periodMs: 1000,
    emit: (event) => void events.push(event),
    onMissing: () => void seen.missing++,
  });
  return {
    sampler,
    scraper,
    events,
    seen,
    /** Time in steps of a tenth of a second, with room for what waits on promises. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 100) {
        simulated.increment(Math.min(100, left));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
  };
}

const alive = (page: number): ServerFigures => ({ running: page });

test('a server is sampled once a period, however long its page takes', async () => {
  const { sampler, scraper, events, pass } = samplerBefore(alive, 300);
  sampler.watch(scraper);
  await pass(3400);
  expect(events.map(({ askedAtMs, atMs }) => [askedAtMs, atMs])).toEqual([
    [0, 300],
    [1000, 1300],
    [2000, 2300],
    [3000, 3300],
  ]);
});

test('a server that is slower than the period is asked again only when it has answered', async () => {
  const { sampler, scraper, events, pass } = samplerBefore(alive, 1500);
  sampler.watch(scraper);
  await pass(5000);
  expect(events.length).toBeGreaterThan(2);
  const waits = events.slice(1).map(({ askedAtMs }, index) => askedAtMs - (events[index]?.atMs ?? 0));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
});

test("the edges of a level have samples of their own, and those between them are the level's", async () => {
  const { sampler, scraper, events, pass } = samplerBefore(alive);
  sampler.watch(scraper);
  await pass(500);
  await sampler.levelPrepared(7);
  await pass(100);
  await sampler.levelWarm();
  await pass(900);
  await sampler.levelEnded();
  await pass(500);
  expect(events.map(({ askedAtMs, level }) => [askedAtMs, level])).toEqual([
    [0, undefined],
    [500, 7],
    [600, 7],
    [1000, 7],
    [1500, 7],
    [2000, undefined],
  ]);
});

test('a server without metrics is asked twice, then left alone', async () => {
  const { sampler, scraper, events, seen, pass } = samplerBefore(() => undefined);
  sampler.watch(scraper);
  await pass(5000);
  await sampler.levelPrepared(0);
  await sampler.levelEnded();
  expect([events, seen]).toEqual([[], { asked: 2, missing: 1, closed: 1 }]);
});

test('one that has answered once may miss as many as it likes', async () => {
  const { sampler, scraper, events, seen, pass } = samplerBefore((page) =>
    page > 0 && page < 9 ? undefined : alive(page),
  );
  sampler.watch(scraper);
  await pass(9500);
  expect(events.map(({ figures }) => figures.running)).toEqual([0, 9]);
  expect(seen.missing).toBe(0);
});

test("a page that comes after the end, or from the server before, is nobody's", async () => {
  const { sampler, scraper, events, seen, pass } = samplerBefore(alive, 300);
  sampler.watch(scraper);
  sampler.watch({ scrape: async () => ({ waiting: 1 }), close: () => {} });
  await pass(500);
  expect(events.map(({ figures }) => figures)).toEqual([{ waiting: 1 }]);
  sampler.watch(scraper);
  sampler.stop();
  await pass(3000);
  expect(events).toHaveLength(1);
  expect(seen).toEqual({ asked: 2, missing: 0, closed: 2 });
});

test('without a server to watch, levels wait for nothing', async () => {
  const { sampler, events } = samplerBefore(alive);
  sampler.watch(undefined);
  await sampler.levelPrepared(0);
  await sampler.levelWarm();
  await sampler.levelEnded();
  expect(events).toEqual([]);
});
