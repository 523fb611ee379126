import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { untilDamage } from '../../src/events/logDamage.ts';
import type { RunSummary } from '../../src/metrics/runSummary.ts';
import { openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { lastRun, loggedEvents, quick, runCommand, runInside, summaryOf, temporaryFolder } from './command.ts';

const resultDir = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
afterAll(() => rmSync(resultDir, { recursive: true, force: true }));

const asked = [...quick, '--num_clients', '1', '2', '--streaming'];
let recorded: Promise<string> | undefined;

/** One run of the embedded server, which every test leaves as it found it. */
function recordedRun(): Promise<string> {
  recorded ??= runCommand(asked, { resultDir }).then(({ code, stderr }) => {
    expect([code, stderr]).toEqual([0, '']);
    return lastRun(resultDir);
  });
  return recorded;
}

test('a replay prints the summary that the run left, and meets its digest', async () => {
  const run = await recordedRun();
  const json = await runCommand(['replay', run, '--output', 'json'], { resultDir });
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toEqual(summaryOf(run));
  const text = await runInside(['replay', run], { resultDir });
  expect(text.stdout).toContain('The digest is met');
  expect(text.stdout).toContain('clients');
});

test('a replay at the speed of the run takes as long as the run did', async () => {
  const run = await recordedRun();
  const last = (await loggedEvents(run)).at(-1);
  const startedAt = performance.now();
  const { code } = await runInside(['replay', run, '--speed', '1', '--quiet'], { resultDir });
  expect(code).toBe(0);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual((last?.atMs ?? 0) - 1);
});

test('other criteria say where they would have stopped, as JSON lines and in words', async () => {
  const run = await recordedRun();
  const strict = ['replay', run, '--early_stop_latency', '0.000001', '--output', 'jsonl'];
  const { stdout, stderr } = await runInside(strict, { resultDir });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });
  expect(lines.map(({ type }) => type)).toContain('criterion.met');
  expect(lines.at(-1)).toMatchObject({ type: 'run.summarized', summary: { levels: [{}, {}] } });
  expect(stderr.replace(/\s+/g, ' ')).toContain('early_stop_latency would have ended the sweep at level 1');
});

test('result files that are written again are those of the run', async () => {
  const run = await recordedRun();
  const folder = join(resultDir, 'simulator', 'simulated-8b');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const before = names.map((name) => readFileSync(join(folder, name), 'utf8'));
  rmSync(join(resultDir, 'simulator'), { recursive: true });
  await runInside(['replay', run, '--write_results'], { resultDir });
  expect(names.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(before);
  const again = await runInside([...quick, '--num_clients', '1', '2', '--streaming', '--output', 'json'], {
    resultDir,
  });
  const { levels } = JSON.parse(again.stdout) as RunSummary;
  expect(levels.map(({ status }) => status)).toEqual(['skipped', 'skipped']); // it knows them for its own
});

test('a sink of a module hears of a replay what it would have heard of the run, texts too', async () => {
  const run = await recordedRun();
  const module = join(temporaryFolder(), 'count.mjs');
  const lines = [
    "import { writeFileSync } from 'node:fs';",
    'export function createSink({ runId, folder }) {',
    '  const heard = { runId, events: 0, texts: 0, windows: 0, levels: 0 };',
    '  return {',
    '    write: ({ events, texts }) => { heard.events += events.length; heard.texts += texts.length; },',
    "    figure: ({ type }) => { heard[type === 'window.closed' ? 'windows' : 'levels']++; },",
    `    finish: (summary) => writeFileSync(${JSON.stringify(`${module}.json`)}, JSON.stringify({ ...heard, folder, run: summary.run.id })),`,
    '  };',
    '}',
  ];
  writeFileSync(module, lines.join('\n'));
  const { code, stderr } = await runCommand(['replay', run, '--sink', module, '--window_seconds', '1'], { resultDir });
  expect([code, stderr]).toEqual([0, '']);
  const heard = JSON.parse(readFileSync(`${module}.json`, 'utf8')) as Readonly<Record<string, unknown>>;
  const events = await loggedEvents(run);
  const answered = events.filter(({ type }) => type === 'request.completed');
  const { id } = summaryOf(run).run;
  expect(heard).toMatchObject({ runId: id, run: id, folder: run, events: events.length, levels: 2 });
  expect(heard['texts']).toBe(answered.length);
});

test('a sink that is none is an error before anything is replayed', async () => {
  const run = await recordedRun();
  const module = join(temporaryFolder(), 'none.mjs');
  writeFileSync(module, 'export const nothing = 1;');
  const { code, stdout, stderr } = await runCommand(['replay', run, '--sink', module], { resultDir });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('has no export named createSink');
});

/** How many events of a log that is damaged can be had. */
async function wholeEvents(path: string): Promise<number> {
  let count = 0;
  function* batches() {
    yield* openLmdbLog(path).batches();
  }
  for (const batch of untilDamage(batches(), () => {})) count += batch.length;
  return count;
}

test.each([0.5, 0.7, 0.9, 0.99])(
  'a log that was cut off at %f of its length is replayed and exported as far as it goes, and what is lost is said',
  async (share) => {
    const run = temporaryFolder();
    const path = join(run, 'log.mdb');
    const whole = await recordedRun();
    copyFileSync(join(whole, 'log.mdb'), path);
    const bytes = statSync(path).size;
    truncateSync(path, Math.floor(bytes * share));
    const kept = await wholeEvents(path);
    const isWhole = kept === (await loggedEvents(whole)).length;
    for (const verb of ['replay', 'export']) {
      const { code, stdout, stderr } = await runInside([verb, run], { resultDir });
      expect(code).toBe(kept === 0 ? 2 : 0);
      const said = `damaged from event ${kept} on: the file ends at ${Math.floor(bytes * share)} of ${bytes} bytes`;
      if (isWhole) expect(stdout + stderr).not.toContain('damaged');
      else expect((stdout + stderr).replace(/\s+/g, ' ')).toContain(said);
    }
  },
);

test('an export is the table, to standard output or to a file that appears when it is whole', async () => {
  const run = await recordedRun();
  const { stdout } = await runInside(['export', run, '--format', 'ndjson'], { resultDir });
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const completed = rows.filter(({ outcome, stretch }) => outcome === 'completed' && stretch !== 'warmup');
  const counted = summaryOf(run).levels.reduce((sum, { requests }) => sum + requests.completed, 0);
  expect(completed).toHaveLength(counted);
  const to = join(resultDir, 'tables', 'requests.csv');
  expect(await runInside(['export', run, '--to', to], { resultDir })).toMatchObject({ stderr: `Wrote ${to}\n` });
  expect(readFileSync(to, 'utf8').trimEnd().split('\r\n')).toHaveLength(rows.length + 1);
  expect(readdirSync(join(resultDir, 'tables'))).toEqual(['requests.csv']);
  const refused = await runInside(['export', run, '--to', '/dev/null/requests.csv'], { resultDir });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
});

const python = process.env['DUCKDB_PYTHON'] ?? 'python3';
const hasDuckdb = spawnSync(python, ['-c', 'import duckdb']).status === 0;

test.skipIf(!hasDuckdb)('DuckDB opens the Parquet file, and its p99 is ours', async () => {
  const run = await recordedRun();
  const to = join(resultDir, 'requests.parquet');
  await runInside(['export', run, '--format', 'parquet', '--to', to], { resultDir });
  const query = `SELECT level, count(*), quantile_cont(ttftMs, 0.99), avg(e2eMs) FROM '${to}'
    WHERE stretch = 'steady' AND outcome = 'completed' GROUP BY level ORDER BY level`;
  const script = 'import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.argv[1]).fetchall()))';
  const { stdout } = spawnSync(python, ['-c', script, query], { encoding: 'utf8' });
  const found = JSON.parse(stdout) as readonly (readonly number[])[];
  const { levels } = summaryOf(run);
  for (const [level, count, p99, mean] of found) {
    const { ttftMs, e2eMs } = levels[level ?? 0] ?? {};
    expect(count).toBe(ttftMs?.count);
    expect(p99).toBeCloseTo(ttftMs?.p99 ?? 0, 9);
    expect(mean).toBeCloseTo(e2eMs?.mean ?? 0, 9);
  }
  expect(found.length).toBe(levels.length);
});

test('an imported file is a log like any other, and is not written over', async () => {
  const file = fileURLToPath(new URL('../fixtures/vllm-results.json', import.meta.url));
  const log = join(temporaryFolder(), 'imported');
  const imported = await runInside(['import', file, '--from', 'vllm', '--log', log], { resultDir });
  expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('Imported 4 requests of 1 load')]);
  expect(existsSync(join(log, 'summary.json'))).toBe(true);
  const replayed = await runInside(['replay', log, '--output', 'json'], { resultDir });
  expect(JSON.parse(replayed.stdout)).toEqual(summaryOf(log));
  const again = await runInside(['import', file, '--from', 'vllm', '--log', log], { resultDir });
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('there is a log already')]);
});
