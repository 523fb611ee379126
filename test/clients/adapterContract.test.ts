import { afterAll, describe, test } from 'vitest';
import { startLinesImitation, startOllamaImitation } from '../../examples/clients/imitations.js';
import * as lines from '../../examples/clients/lines.js';
import * as ollama from '../../examples/clients/ollama.js';
import { loadAdapter, registry } from '../../src/clients/registry.ts';
import { answerWords } from '../../src/simulator/answerWords.ts';
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

const words = answerWords(parameters().simulator_seed);
const fewAnswers = Array.from({ length: 1000 }, (_, place) => place);
/** The embedded server gives each request the answer of the place in which it comes. */
const ofEmbedded = known((count) => fewAnswers.map((place) => wordsOf(count, (n) => words(place, n))));
const ofMii = known((count) => {
  const text = wordsOf(count, (n) => `t${n + 1} `);
  return [text, text.trim()];
});
const ofOthers = known((count) => [wordsOf(count, (n) => ` w${n}`)]);
const ofExamples = known((count) => [wordsOf(count, (n) => `w${n} `)]);

function known(textsOf: (count: number) => readonly string[]): Pick<ContractSubject, 'knownAnswer'> {
  return {
    knownAnswer: ({ maxNewTokens: tokens }) => ({ tokens, isText: (text) => textsOf(tokens).includes(text) }),
  };
}

function wordsOf(count: number, wordOf: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => wordOf(n)).join('');
}

/** What each of our clients is checked on. */
const grounds: Readonly<Record<string, Omit<ContractSubject, 'adapter'>>> = {
  dummy: { settings: { dummy_client_latency_time: 0.02 } },
  openai: { settings: { url: embedded.url }, ...ofEmbedded },
  vllm: { settings: { url: embedded.url }, ...ofEmbedded },
  fastgen: { settings: { url: mii.url }, ...ofMii },
  azureml: { settings: { url: `${embedded.url}/v1` }, ...ofEmbedded },
  llamacpp: { settings: { url: others.url }, ...ofOthers },
  sglang: { settings: { url: others.url }, ...ofOthers },
  tgi: { settings: { url: others.url }, ...ofOthers },
  triton: { settings: { url: others.url }, ...ofOthers },
  ollama: { settings: { url: others.url }, ...ofOthers },
  anthropic: { settings: { url: others.url }, ...ofOthers },
  simulator: { settings: { simulatorEntry: import.meta.resolve('./fixtures/simulatorEntry.js') } },
};

for (const api of Object.keys(registry)) {
  const ground = grounds[api];
  if (ground === undefined) throw new Error(`--api ${api} is checked on nothing: give it a line in grounds`);
  const adapter = await loadAdapter(api);
  describe(`--api ${api}`, () => describeAdapter({ adapter, ...ground }, test));
}

describe('--api openai in chat', async () =>
  describeAdapter(
    { adapter: await loadAdapter('openai'), settings: { url: embedded.url, endpoint: 'chat' }, ...ofEmbedded },
    test,
  ));

describe('--api azureml in its scoring form', async () => {
  const { abilities, ...adapter } = await loadAdapter('azureml');
  const scoring = { ...abilities, streams: false, tokenSource: 'tokenizer' as const };
  describeAdapter(
    { adapter: { ...adapter, abilities: scoring }, settings: { url: `${others.url}/score` }, ...ofOthers },
    test,
  );
});

describe('examples/clients/ollama.js', () =>
  describeAdapter({ ...ollama, settings: { url: imitations[0].url }, ...ofExamples }, test));
describe('examples/clients/lines.js', () =>
  describeAdapter({ ...lines, settings: { url: imitations[1].url }, ...ofExamples }, test));
