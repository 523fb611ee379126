import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderClientsReference } from '../../src/clients/clientsReference.ts';
import { registry } from '../../src/clients/registry.ts';

test('docs/clients.md has a row for each client, as it declares itself (npm run docs writes it)', async () => {
  const page = readFileSync('docs/clients.md', 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(Object.keys(registry).length);
  expect(page).toBe(await renderClientsReference());
});
