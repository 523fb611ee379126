import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderCriteriaReference } from '../../src/criteria/criteriaReference.ts';

test('the tables of docs/criteria.md are what the code says', () => {
  expect(readFileSync('docs/criteria.md', 'utf8')).toContain(
    `<!-- names -->\n${renderCriteriaReference()}\n<!-- end of names -->`,
  );
});
