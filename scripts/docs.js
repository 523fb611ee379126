#!/usr/bin/env node
// Writes the generated pages of docs/ from the built schema and the types; with --check it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderLicences } from './licences.js';
import { renderSummaryReference } from './summaryReference.js';

const { runOptionSpecs } = await import('../dist/config/runOptions.js');
const { renderOptionsReference } = await import('../dist/config/optionsReference.js');
const { renderOptionsJsonSchema } = await import('../dist/config/optionsJsonSchema.js');
const { renderExportReference } = await import('../dist/exports/exportReference.js');
const { renderCriteriaReference } = await import('../dist/criteria/criteriaReference.js');
const { renderDefinitionsReference } = await import('../dist/metrics/definitions/definitionsReference.js');
const { renderClientsReference } = await import('../dist/clients/clientsReference.js');

const pages = {
  'docs/options.md': renderOptionsReference(runOptionSpecs),
  'docs/options.schema.json': renderOptionsJsonSchema(runOptionSpecs),
  'docs/export.md': renderExportReference(),
  'docs/definitions.md': renderDefinitionsReference(),
  'docs/clients.md': await renderClientsReference(),
  'docs/criteria.md': withNames(
    readFileSync(new URL('../docs/criteria.md', import.meta.url), 'utf8'),
    renderCriteriaReference(),
  ),
  'docs/summary.md': renderSummaryReference(),
  'docs/licences.md': renderLicences(),
};
const check = process.argv.includes('--check');

for (const [path, text] of Object.entries(pages)) {
  const file = new URL(`../${path}`, import.meta.url);
  if (!check) writeFileSync(file, text);
  else if (read(file) !== text) {
    console.error(`${path} is not what the code says: run npm run docs and commit it`);
    process.exitCode = 1;
  }
}

/** A page written by hand, but for one of its sections. */
function withNames(page, section) {
  const [before, rest = ''] = page.split('<!-- names -->\n');
  const [, after = ''] = rest.split('<!-- end of names -->\n');
  return `${before}<!-- names -->\n${section}\n<!-- end of names -->\n${after}`;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
