import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../src/metrics/runSummary.ts';
import { faults } from '../src/simulator/faults/faultPlan.ts';

/**
 * `npx tsx bench/faultTable.ts`, after `npm run build`: a run of the built command for every fault of the embedded
 * server, met by a quarter of the requests, streamed and not. It writes the table of docs/reliability.md.
 */
const command = fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));
const page = new URL('../docs/reliability.md', import.meta.url);
const quick = [
  ...['--api', 'simulator', '--num_clients', '4', '--num_requests_per_client', '10', '--warmup_requests', '0'],
  ...['--prompt_length', '24', '--max_new_tokens', '8', '--step_base_ms', '2', '--tokenizer', 'o200k_base'],
  ...['--prompt_generator_seed', '1', '--request_timeout', '3', '--max_error_ratio', '0.9', '--quiet'],
];

async function run(...more: readonly string[]): Promise<RunSummary> {
  const results = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  const child = spawn(process.execPath, [command, ...quick, ...more, '--result_dir', results], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve));
  const [id = ''] = readdirSync(join(results, 'runs'));
  const summary = JSON.parse(readFileSync(join(results, 'runs', id, 'summary.json'), 'utf8')) as RunSummary;
  rmSync(results, { recursive: true });
  return summary;
}

function outcome({ levels, run: { exitCode } }: RunSummary): string {
  const requests = levels[0]?.requests;
  if (requests === undefined) return `no level (exit code ${exitCode})`;
  const { planned, completed, failed, empty, cutOff, unsent, byFailureKind } = requests;
  if (completed + failed + empty + cutOff + unsent !== planned) return 'THE BOOKS DO NOT BALANCE';
  const kinds = Object.entries(byFailureKind).map(([kind, count]) => `${count} failed: ${kind}`);
  return [`${completed} of ${planned}`, ...kinds, ...(exitCode === 0 ? [] : [`exit code ${exitCode}`])].join(', ');
}

const rows: string[] = [];
for (const [name, { does, seconds }] of Object.entries(faults)) {
  const streamed = outcome(await run('--fault', `${name}:0.25`, '--streaming'));
  const whole = outcome(await run('--fault', `${name}:0.25`, '--no-streaming'));
  const lasts = seconds === undefined ? '' : `${seconds} s`;
  rows.push(`| \`${name}\` | ${does} | ${lasts} | ${streamed} | ${streamed === whole ? 'the same' : whole} |`);
  process.stdout.write(`${rows.at(-1)}\n`);
}
const table = ['| fault | the server | lasts | streamed | not streamed |', '|---|---|---|---|---|', ...rows].join('\n');
const marks = /(?<=<!-- faults: .*-->\n)[\s\S]*?(?=<!-- end of faults -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(marks, () => `${table}\n`),
);
