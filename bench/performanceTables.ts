import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchRun } from './against.ts';
import { type Finding, holds, spreadOf, toDigits } from './findings.ts';

/** `npx tsx bench/performanceTables.ts FILE`: writes the tables of docs/performance.md from what `npm run bench` has kept. */
const titles: Readonly<Record<string, string>> = {
  a: 'Small answers, 64 clients',
  b: '512 streams, a chunk every 20 ms',
  paced: 'Other numbers of streams',
  rates: 'Requests a second',
  heavy: 'Bursts, huge chunks, long prompts',
  c: 'Memory over one long level',
  d: 'Start',
  e: 'Reading a log',
  log: 'Writing a log, drawing prompts',
  ui: 'With the live view',
};

const [file = ''] = process.argv.slice(2);
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const run = JSON.parse(readFileSync(file, 'utf8')) as BenchRun;
const [before, rest = ''] = readFileSync(page, 'utf8').split('<!-- tables -->\n');
const [, after = ''] = rest.split('<!-- end of tables -->\n');
writeFileSync(page, `${before}<!-- tables -->\n${renderTables(run)}\n<!-- end of tables -->\n${after}`);

function renderTables({ at, machine, version, pinned, findings }: BenchRun): string {
  const { cpu, cores, memoryBytes, system, node } = machine;
  const memory = `${Math.round(Number(memoryBytes) / 2 ** 30)} GB`;
  const pinning = pinned ? 'server and clients pinned to cores' : 'nothing pinned';
  const parts = [...new Set(findings.map(({ part }) => part))];
  return [
    `${cpu}, ${cores} cores, ${memory}, ${system}, Node ${node}; deepspeedometer ${version}; ${at.slice(0, 10)}; ${pinning}.`,
    '### Floors and goals',
    table(['figure', 'measured', 'spread', 'floor', 'goal'], findings.filter(isHeld).map(heldRow)),
    ...parts.flatMap((part) => [
      `### ${titles[part] ?? part}`,
      table(['figure', 'median', 'spread', ''], findings.filter((finding) => finding.part === part).map(shownRow)),
    ]),
  ].join('\n\n');
}

function isHeld({ floor, goal }: Finding): boolean {
  return floor !== undefined || goal !== undefined;
}

function heldRow(finding: Finding): readonly string[] {
  const limit = (kind: 'floor' | 'goal'): string => {
    const value = finding[kind];
    if (value === undefined) return '';
    return `${finding.atLeast === true ? '≥' : '≤'} ${toDigits(value)} ${holds(finding, kind) ? 'met' : '**missed**'}`;
  };
  return [nameOf(finding), withUnit(finding), spreadOf(finding), limit('floor'), limit('goal')];
}

function shownRow(finding: Finding): readonly string[] {
  return [finding.what, withUnit(finding), spreadOf(finding), finding.detail];
}

/** Two rows of one load may differ in their details only. */
function nameOf({ what, detail, unit }: Finding): string {
  return unit === 'x' && what.includes(': the same') ? `${what} (${detail})` : what;
}

function withUnit({ value, unit }: Finding): string {
  return `${toDigits(value)} ${unit}`.trim();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
