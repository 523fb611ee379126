import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDefinitionsReference } from '../../../src/metrics/definitions/definitionsReference.ts';

test('docs/definitions.md says what the records say (npm run docs writes it)', () => {
  expect(readFileSync('docs/definitions.md', 'utf8')).toBe(renderDefinitionsReference());
});
