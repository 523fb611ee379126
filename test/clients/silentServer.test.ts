import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { loadAdapter } from '../../src/clients/registry.ts';
import { createRunClock } from '../../src/core/clock.ts';

/** What a client says of a server that accepts connections and answers those paths alone, once it has waited enough. */
async function startAt(answered: readonly string[], changed: Partial<ClientSettings> = {}) {
  const server = createServer((request, response) => {
    if (answered.includes(request.url ?? '')) response.end('{"data":[{"id":"m"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const defaults = { api: 'openai', model: 'm', streaming: true, ignore_eos: true, header: [] };
  const settings = { ...defaults, organization_env: 'NONE_A', project_env: 'NONE_B', ...changed, url };
  const adapter = await loadAdapter(settings.api);
  const client = adapter.createClient(settings as unknown as ClientSettings, createRunClock(0));
  const waitedEnough = AbortSignal.timeout(60);
  return client.startService({ folder: '', say() {}, onDeath() {}, signal: waitedEnough });
}

test('a server that does not say what it is in time is warned of, with what follows and the way out', async () => {
  const { facts, warnings } = await startAt([]);
  expect(facts).toMatchObject({ flavour: 'unknown', hasMetrics: false, unanswered: ['/v1/models'] });
  expect(warnings).toEqual([
    'the server gave no answer to GET /v1/models in time, so its kind is not known: lengths are asked for by ignore_eos ' +
      'alone and not forced, requests beyond its context are not named beforehand; start again when it is less busy, ' +
      '"deepspeedometer check" tells what it then says of itself',
  ]);
});

test.each([
  ['which cannot force lengths anyway', { api: 'anthropic' }],
  ['which forces lengths whatever it says of itself', { api: 'llamacpp' }],
  ['that is not asked to force lengths', { ignore_eos: false }],
])('nothing is said of lengths to a silent server %s', async (_, changed) => {
  const { warnings } = await startAt([], changed);
  expect(warnings).toEqual([
    expect.stringMatching(/so its kind is not known: requests beyond its context are not named/),
  ]);
});

test('a server that lists its models and answers nothing else ends the probe, and is warned of', async () => {
  const { facts, warnings } = await startAt(['/v1/models']);
  expect(facts).toMatchObject({ flavour: 'unknown', models: ['m'] });
  expect(warnings).toEqual([expect.stringMatching(/no answer to GET \/metrics in time/)]);
});
