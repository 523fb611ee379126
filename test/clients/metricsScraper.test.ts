import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Service } from '../../src/clients/client.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { createMetricsScraper } from '../../src/clients/metricsScraper.ts';
import { createRunClock, monotonicMs } from '../../src/core/clock.ts';
import { startSimulator } from '../../src/simulator/startSimulator.ts';
import { parameters } from '../simulator/parameters.ts';

const clock = createRunClock(monotonicMs());
const page = 'vllm:num_requests_running 3\n';
const onImpossible = () => expect.fail('every value on the page can be');

function settings(api = 'openai', more: Partial<ClientSettings> = {}): ClientSettings {
  const keys = {
    api_key_env: 'SCRAPER_TEST_KEY',
    organization_env: 'NONE',
    project_env: 'NONE',
    header: ['X-Team: one'],
  };
  return {
    api,
    model: 'm',
    streaming: true,
    seed: 1,
    server: {},
    simulatorEntry: '',
    ...keys,
    ...more,
  } as ClientSettings;
}

/** A server that answers as told, and notes what it was asked. */
async function started(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function scraperOf(service: Service, of = settings(), metricsUrl?: string) {
  const scraper = createMetricsScraper(of, service, clock, onImpossible, metricsUrl);
  if (scraper === undefined) throw new Error('no scraper');
  onTestFinished(() => scraper.close());
  return scraper;
}

test.each(['', '/v1', '/v1/chat/completions'])('with %j after the host, the metrics are found', async (path) => {
  const { url } = await started((request, response) => {
    response.writeHead(request.url === '/metrics' ? 200 : 404).end(page);
  });
  const scraper = scraperOf({ url: url + path });
  expect(await scraper.scrape()).toEqual({ running: 3 });
  expect(await scraper.scrape()).toEqual({ running: 3 });
});

test('behind a proxy they are looked for beside the API, then at the root, then where they were found', async () => {
  const { url, asked } = await started((request, response) => {
    response.writeHead(request.url === '/metrics' ? 200 : 404).end(page);
  });
  const scraper = scraperOf({ url: `${url}/llm/v1` });
  expect([await scraper.scrape(), await scraper.scrape(), await scraper.scrape()]).toEqual([
    undefined,
    { running: 3 },
    { running: 3 },
  ]);
  expect(asked.map(({ path }) => path)).toEqual(['/llm/metrics', '/metrics', '/metrics']);
});

test('an address of their own is asked as it stands, with its own user and without the key of the API', async () => {
  process.env.SCRAPER_TEST_KEY = 'secret';
  onTestFinished(() => void delete process.env.SCRAPER_TEST_KEY);
  const { url, asked } = await started((_, response) => void response.end(page));
  const place = `${url.replace('//', '//me:word@')}/of/models?one=1`;
  expect(await scraperOf({ url: 'http://127.0.0.1:1' }, settings(), place).scrape()).toEqual({ running: 3 });
  expect(asked[0]?.path).toBe('/of/models?one=1');
  expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:word').toString('base64')}`);
});

test('the key goes along only where the requests take it too', async () => {
  process.env.SCRAPER_TEST_KEY = 'secret';
  onTestFinished(() => void delete process.env.SCRAPER_TEST_KEY);
  const { url, asked } = await started((_, response) => void response.end(page));
  await scraperOf({ url }, settings('openai')).scrape();
  await scraperOf({ url }, settings('./some-client.js')).scrape();
  expect(asked.map(({ headers }) => [headers.authorization, headers['x-team']])).toEqual([
    ['Bearer secret', 'one'],
    [undefined, undefined],
  ]);
});

test.each([
  ['no address', {}],
  ['an address that is none over HTTP', { url: 'grpc://127.0.0.1:50051' }],
  ['OpenAI itself', { url: 'https://api.openai.com', facts: { flavour: 'openai', models: [], hasMetrics: false } }],
] as const)('with %s there is no scraper', (_, service) => {
  expect(createMetricsScraper(settings(), service, clock, onImpossible)).toBeUndefined();
});

test.each([
  ['an error', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(500).end(page)],
  ['a page of something else', (_: IncomingMessage, response: ServerResponse) => void response.end('<html></html>')],
  ['a connection that breaks', (request: IncomingMessage) => void request.socket.destroy()],
  [
    'a page without an end',
    (_: IncomingMessage, response: ServerResponse) => {
      const line = Buffer.alloc(1024 * 1024, page);
      const write = (failure?: Error | null) => void (failure || response.destroyed || response.write(line, write));
      write();
    },
  ],
])('%s is no page, and no error', async (_, answer) => {
  const { url } = await started(answer);
  expect(await scraperOf({ url }).scrape()).toBeUndefined();
});

test('the embedded server tells everything that is looked for', async () => {
  const simulator = await startSimulator(parameters(), { host: '127.0.0.1', port: 0 });
  onTestFinished(() => simulator.close());
  const figures = await scraperOf({ url: simulator.url }).scrape();
  expect(figures).toEqual({
    running: 0,
    waiting: 0,
    kvCacheRatio: 0,
    finishedRequests: 0,
    preemptions: 0,
    promptTokens: 0,
    outputTokens: 0,
    prefixCacheQueries: 0,
    prefixCacheHits: 0,
    ttft: { boundsMs: expect.any(Array) as number[], counts: expect.any(Array) as number[], count: 0, sumMs: 0 },
  });
});
