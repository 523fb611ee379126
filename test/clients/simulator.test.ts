import { expect, test } from 'vitest';
import type { ClientSettings } from '../../src/clients/clientSettings.ts';
import { simulatorAdapter } from '../../src/clients/simulator.ts';
import { ContractBench } from '../../src/testing/contractBench.ts';

function check(changed: Partial<ClientSettings>): void {
  simulatorAdapter.checkSettings?.(new ContractBench({ adapter: simulatorAdapter }).settings(changed));
}

test.each([
  [{ endpoint: 'responses' }, '--endpoint responses: the embedded server has completions and chat only'],
  [{ endpoint: 'embeddings' }, '--endpoint embeddings'],
  [{ url: 'http://127.0.0.1:1/v1/embeddings' }, '--endpoint embeddings'],
  [{ url: 'ftp://h' }, '--url: expected an address'],
] as const)('%j is refused before anything starts', (changed, message) => {
  expect(() => check(changed)).toThrow(message);
});

test.each([{}, { endpoint: 'chat' }, { url: 'http://127.0.0.1:1', endpoint: 'completions' }] as const)(
  '%j is what the embedded server answers',
  (changed) => expect(() => check(changed)).not.toThrow(),
);
