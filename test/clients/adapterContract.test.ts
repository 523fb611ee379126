import { afterAll, describe, test } from 'vitest';
import { startLinesImitation, startOllamaImitation } from '../../examples/clients/imitations.js';
import * as lines from '../../examples/clients/lines.js';
import * as ollama from '../../examples/clients/ollama.js';
import { loadAdapter, registry } from '../../src/clients/registry.ts';
import { startSimulator } from '../../src/simulator/startSimulator.ts';
import { type ContractSubject, describeAdapter } from '../../src/testing/contract.ts';
import { parameters } from '../simulator/parameters.ts';
import { startImitatedMii } from './imitatedMii.ts';
import { startImitatedServers } from './imitatedServers.ts';

const embedded = await startSimulator(parameters({ step_base_ms: 1 }), { host: '127.0.0.1', port: 0 });
const mii = await startImitatedMii();
const others = await startImitatedServers();
const imitations = [await startOllamaImitation(), await startLinesImitation()] as const;
afterAll(async () => {
  await embedded.close();
  mii.close();
  others.close();
  for (const imitation of imitations) imitation.close();
});

/** What each of our clients is checked on; those that are not here need a real server. */
const grounds: Readonly<Record<string, ContractSubject['settings']>> = {
  dummy: { dummy_client_latency_time: 0.02 },
  openai: { url: embedded.url },
  vllm: { url: embedded.url },
  fastgen: { url: mii.url },
  azureml: { url: `${embedded.url}/v1` },
  llamacpp: { url: others.url },
  sglang: { url: others.url },
  tgi: { url: others.url },
  triton: { url: others.url },
  ollama: { url: others.url },
  anthropic: { url: others.url },
  simulator: { simulatorEntry: import.meta.resolve('./fixtures/simulatorEntry.js') },
};

for (const api of Object.keys(registry)) {
  const settings = grounds[api];
  if (settings === undefined) test.skip(`${api} keeps the contract (needs a real server)`);
  else {
    const adapter = await loadAdapter(api);
    describe(`--api ${api}`, () => describeAdapter({ adapter, settings }, test));
  }
}

describe('--api azureml in its scoring form', async () => {
  const { abilities, ...adapter } = await loadAdapter('azureml');
  const scoring = { ...abilities, streams: false, tokenSource: 'tokenizer' as const };
  describeAdapter({ adapter: { ...adapter, abilities: scoring }, settings: { url: `${others.url}/score` } }, test);
});

describe('examples/clients/ollama.js', () =>
  describeAdapter({ ...ollama, settings: { url: imitations[0].url } }, test));
describe('examples/clients/lines.js', () => describeAdapter({ ...lines, settings: { url: imitations[1].url } }, test));
