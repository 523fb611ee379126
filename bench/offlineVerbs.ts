import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Finding, found } from './findings.ts';
import { writeMadeUpLog } from './madeUpLog.ts';

const command = fileURLToPath(new URL('../dist/commands/main.js', import.meta.url));
const usageAtExit = pathToFileURL(fileURLToPath(new URL('./usageAtExit.js', import.meta.url))).href;

/**
 * What verbs on a log take as a user runs them, each in a process of its own: CPU time and resident memory at its peak.
 * @param named those that are measured
 */
export async function measureOfflineVerbs(
  requests: number,
  named: readonly string[] = ['replay', 'report', 'compare', 'export'],
): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  try {
    const run = join(folder, 'run');
    mkdirSync(run);
    const events = await writeMadeUpLog(join(run, 'log.mdb'), requests);
    const to = (name: string): readonly string[] => ['--to', join(folder, name)];
    const verbs: readonly (readonly string[])[] = [
      ['replay', run],
      ['report', run, ...to('report.txt')],
      ['report', run, '--format', 'html', ...to('report.html')],
      ['compare', run, run, ...to('compare.txt')],
      ['export', run, '--format', 'csv', ...to('requests.csv')],
      ['export', run, '--format', 'parquet', ...to('requests.parquet')],
    ];
    return verbs
      .filter(([verb = '']) => named.includes(verb))
      .flatMap((words) => findingsOf(words, join(folder, 'usage.json'), `${events} events`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findingsOf(words: readonly string[], usageFile: string, detail: string): readonly Finding[] {
  const { status, stderr } = spawnSync(process.execPath, ['--import', usageAtExit, command, ...words], {
    env: { ...process.env, USAGE_FILE: usageFile },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as {
    readonly cpuSeconds: number;
    readonly peakMb: number;
  };
  const { cpuSeconds, peakMb } = usage;
  const format = words.indexOf('--format');
  const name = format < 0 ? words[0] : `${words[0]} ${words[format + 1]}`;
  return [
    found('e', `CPU time of ${name}`, 's', [cpuSeconds], { floor: 20 }, detail),
    found('e', `peak memory of ${name}`, 'MB', [peakMb], { floor: 500 }, detail),
  ];
}
