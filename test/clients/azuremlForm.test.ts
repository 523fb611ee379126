import { expect, test } from 'vitest';
import { azuremlForm } from '../../src/clients/azuremlForm.ts';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';

const formOf = (url: string, changed: Partial<ClientSettings> = {}) => {
  const { name, target } = azuremlForm({ api: 'azureml', ignore_eos: true, url, ...changed } as ClientSettings);
  return [name, target.path];
};

test.each([
  ['https://e.inference.ml.azure.com/score', 'vllm', '/score'],
  ['https://e.inference.ml.azure.com', 'vllm', '/score'],
  ['https://e.inference.ml.azure.com/score/', 'vllm', '/score'],
  ['https://cluster/api/v1/endpoint/e/score', 'vllm', '/api/v1/endpoint/e/score'],
  ['https://e.inference.ml.azure.com/v1', 'openai', '/v1/completions'],
  ['https://e.inference.ml.azure.com/v1/', 'openai', '/v1/completions'],
  ['https://e.inference.ml.azure.com/v1/embeddings', 'openai', '/v1/embeddings'],
  ['https://r.services.ai.azure.com/models/chat/completions/', 'openai', '/models/chat/completions'],
  ['https://m.inference.ai.azure.com/chat/completions?api-version=1', 'openai', '/chat/completions?api-version=1'],
])('%s is asked in the form %s at %s', (url, name, path) => {
  expect(formOf(url)).toEqual([name, path]);
});

test('the form that is asked for outranks what the address looks like', () => {
  expect(formOf('https://e/score', { azureml_form: 'mii' })).toEqual(['mii', '/score']);
  expect(formOf('https://e/score', { azureml_form: 'openai', endpoint: 'chat' })).toEqual([
    'openai',
    '/v1/chat/completions',
  ]);
});
