import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderSummaryReference } from '../../scripts/summaryReference.js';
import { randomStream } from '../../src/core/random.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { interleave, levelHistory } from './eventHistory.ts';

const page = readFileSync(new URL('../../docs/summary.md', import.meta.url), 'utf8');

/** For each section the keys that it defines, and what their values are. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const rows = section.matchAll(/^\| `([^`]+)`(?: \(may be absent\))? \| (.*?) \| (.+) \|$/gm);
      return [section.split('\n', 1)[0], new Map(Array.from(rows, ([, key = '', value = '']) => [key, value]))];
    }),
);

/** Keys of a value that no section defines. */
function undefinedKeys(value: unknown, section: string, prefix = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((element) => undefinedKeys(element, section, prefix));
  return Object.entries(value as object).flatMap(([key, own]) => {
    const path = `${prefix}${key}${Array.isArray(own) && sections.get(section)?.has(`${prefix}${key}[]`) ? '[]' : ''}`;
    const kind = sections.get(section)?.get(path);
    if (kind === undefined) return [`${section}: ${path}`];
    const named = /^\[(\w+)\]/.exec(kind)?.[1];
    if (named !== undefined) return undefinedKeys(own, named);
    return kind === 'object' ? undefinedKeys(own, section, `${path}.`) : [];
  });
}

test('every key of a summary is defined in docs/summary.md', () => {
  const fold = new RunFold({ window_seconds: 10 });
  const history = levelHistory({ seed: 3, clients: 4, planned: 200, failureRatio: 0.1, emptyRatio: 0.1 });
  const sweep = { type: 'sweep.started', worker: 0, atMs: 0, sweep: 0, options: { streaming: true } } as const;
  const warning = { type: 'run.warned', worker: 0, atMs: 0, message: 'mind this' } as const;
  for (const event of [sweep, warning]) fold.add({ ...event, seq: 0 });
  for (const event of interleave(history, randomStream(3))) fold.add(event);
  const summary: unknown = JSON.parse(JSON.stringify(fold.summary()));
  expect(undefinedKeys(summary, 'RunSummary')).toEqual([]);
  expect(undefinedKeys({ run: { unheardOf: 1 }, levels: [{ steady: { so: 2 } }] }, 'RunSummary')).toEqual([
    'RunSummary: run.unheardOf',
    'Throughput: so',
  ]);
});

test('docs/summary.md says what the types say (npm run docs writes it)', () => {
  expect(page).toBe(renderSummaryReference());
});
