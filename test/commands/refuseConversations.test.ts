import { expect, test } from 'vitest';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { loadAdapter } from '../../src/clients/registry.ts';
import { refuseConversations } from '../../src/commands/refuseConversations.ts';
import type { RunOptions } from '../../src/config/runOptions.ts';

const url = 'http://127.0.0.1:1';

/** Lets a client look at a dataset with conversations. @returns the refusal, with its hint */
async function refusal(api: string, settings: Partial<ClientSettings>, options: Partial<RunOptions> = {}) {
  const given = { api, dataset: 'talks.jsonl', dataset_sampling: 'without_replacement', search_rate: false };
  try {
    const adapter = await loadAdapter(api);
    refuseConversations({ ...given, ...options } as RunOptions, adapter, { url, ...settings } as ClientSettings);
    return undefined;
  } catch (thrown) {
    const { message, hint } = thrown as { readonly message: string; readonly hint: string };
    return `${message}. ${hint}`;
  }
}

test.each<[string, Partial<ClientSettings>]>([
  ['openai', { endpoint: 'chat' }],
  ['openai', { endpoint: 'responses' }],
  ['openai', { url: `${url}/v1/chat/completions` }],
  ['simulator', { endpoint: 'chat' }],
  ['vllm', { endpoint: 'chat', vllm_protocol: 'openai' }],
  ['azureml', { endpoint: 'chat', azureml_form: 'openai' }],
  ['anthropic', {}],
])('%s with %o holds conversations', async (api, settings) => {
  expect(await refusal(api, settings)).toBeUndefined();
});

test.each<[string, Partial<ClientSettings>, Partial<RunOptions>, string]>([
  ['openai', {}, {}, '--api openai holds none at the endpoint completions, expected --endpoint chat'],
  ['vllm', { vllm_protocol: 'generate' }, {}, '--api vllm holds none by --vllm_protocol generate'],
  ['azureml', { azureml_form: 'vllm' }, {}, '--api azureml holds none in its scoring form'],
  ['tgi', {}, {}, '--api tgi holds no conversations, expected another client (docs/clients.md)'],
  [
    'anthropic',
    {},
    { request_rate: [1] },
    'with --request_rate no request waits for an answer, expected --num_clients',
  ],
  ['anthropic', {}, { ramp: ['linear', '1..2'], request_rate: [1] }, 'with --ramp no request waits'],
  ['anthropic', {}, { search_rate: true }, 'with --search_rate no request waits'],
  ['anthropic', {}, { dataset_sampling: 'with_replacement' }, '--dataset_sampling with_replacement draws each request'],
])('%s with %o and %o refuses them with the way out', async (api, settings, options, words) => {
  const told = await refusal(api, settings, options);
  expect(told).toContain('--turns all: talks.jsonl has rows with several turns, and ');
  expect(told).toContain(words);
  expect(told).toMatch(/Or send the first turn of each alone: --turns first\.$/);
});
