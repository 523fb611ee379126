import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as library from '../../src/library/library.ts';

const page = readFileSync('docs/library.md', 'utf8');

test.each(readdirSync('examples/library'))('the page shows %s as it is', (file) => {
  expect(page).toContain(`\`\`\`js\n${readFileSync(`examples/library/${file}`, 'utf8')}\`\`\``);
});

test('the page names every export', () => {
  expect(Object.keys(library).filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
