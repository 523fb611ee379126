import { debugOptions } from '../config/commandOptions.ts';
import { describeOptions } from '../config/optionSpec.ts';
import { resolveOptions } from '../config/resolveOptions.ts';
import { resolveRuns } from '../config/resolveRuns.ts';
import { criteriaOptions } from '../criteria/criteriaOptions.ts';
import { metricsOptions } from '../metrics/metricsOptions.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import { viewOptions } from '../terminal/viewOptions.ts';
import { backtestOptions } from './backtestOptions.ts';
import { calibrateOptions } from './calibrateOptions.ts';
import { compareOptions, gateOptions } from './compareOptions.ts';
import { exportOptions } from './exportOptions.ts';
import { importOptions } from './importOptions.ts';
import { replayOptions } from './replayOptions.ts';
import { pictureOptions, reportFigureOptions, reportOptions } from './reportOptions.ts';
import { runSchemaFor } from './runSchema.ts';
import { serveOptions } from './serveOptions.ts';
import type { Verb } from './verb.ts';
import { watchOptions } from './watchOptions.ts';

const runVerb: Verb = {
  purpose: 'Measures a server under a growing number of parallel clients, and finds where it saturates.',
  usage: '[run] [options]',
  examples: [
    '',
    '--api openai --url http://127.0.0.1:8000 --model my-model --tokenizer o200k_base --streaming',
    '--api dummy --model any --prompt_length 128 512 --num_clients 1 2 4 --min_requests 8',
  ],
  options: async (argv) => (await runSchemaFor(argv)).specs,
  start: async (argv, terminal) => {
    const invocation = await resolveRuns(argv, await runSchemaFor(argv));
    return (await import('./run.ts')).run(invocation, terminal);
  },
};

const checkVerb: Verb = {
  purpose:
    'Sends one request of each kind, and says what the server is, what it can do and whether it can be measured.',
  usage: 'check [options of run]',
  examples: [
    'check',
    'check --api openai --url http://127.0.0.1:8000 --model my-model --tokenizer o200k_base --streaming',
    'check --api openai --url http://127.0.0.1:8000 --model my-model --endpoint chat --output json',
  ],
  options: async (argv) => (await runSchemaFor(argv)).specs,
  start: async (argv, terminal) => {
    const invocation = await resolveRuns(argv, await runSchemaFor(argv));
    return (await import('./check.ts')).check(invocation, terminal);
  },
};

const calibrateSlices = [calibrateOptions, debugOptions] as const;

const calibrateVerb: Verb = {
  purpose: 'Measures what this machine can send and how exact its stamps are, and keeps it for the runs that follow.',
  usage: 'calibrate [options]',
  examples: ['calibrate', 'calibrate --output json'],
  options: () => describeOptions(calibrateSlices),
  start: async (argv, terminal) => {
    const { options } = resolveOptions(argv, calibrateSlices);
    return (await import('./calibrate.ts')).calibrate(options, terminal);
  },
};

const serveSlices = [serveOptions, simulatorOptions, debugOptions] as const;

const serveVerb: Verb = {
  purpose: 'Runs the embedded inference server alone, for any client to try.',
  usage: 'serve [options]',
  examples: ['serve', 'serve --port 0 --max_num_seqs 4', 'serve --step_base_ms 20 --step_jitter 0.1'],
  options: () => describeOptions(serveSlices),
  start: async (argv, terminal) => {
    const { options } = resolveOptions(argv, serveSlices);
    const { serve } = await import('./serve.ts');
    return serve(options, (line) => terminal.writeOut(`${line}\n`));
  },
};

const replaySlices = [replayOptions, metricsOptions, criteriaOptions, debugOptions] as const;

const replayVerb: Verb = {
  purpose: 'Feeds a recorded run through the pipeline of a live one, with other windows or criteria if you like.',
  usage: 'replay [LOG] [options]        LOG: a folder of a run, its log.mdb, or latest',
  examples: ['replay latest', 'replay latest --speed 10', 'replay latest --early_stop_latency 2 --output jsonl'],
  options: () => describeOptions(replaySlices),
  start: async (argv, terminal) => {
    const { positionals, ...asked } = resolveOptions(argv, replaySlices, 1);
    return (await import('./replay.ts')).replayRun(positionals[0] ?? 'latest', asked, terminal);
  },
};

const watchSlices = [watchOptions, viewOptions, debugOptions] as const;

const watchVerb: Verb = {
  purpose: 'Shows a run of another process while it goes on, from its log, as its own terminal would.',
  usage: 'watch [RUN] [options]        RUN: a folder of a run, its log.mdb, the beginning of its id, or latest',
  examples: ['watch', 'watch latest --ui plain', 'watch latest --speed 10'],
  options: () => describeOptions(watchSlices),
  start: async (argv, terminal) => {
    const { options, positionals } = resolveOptions(argv, watchSlices, 1);
    return (await import('./watch.ts')).watchRun(positionals[0] ?? 'latest', options, terminal);
  },
};

const reportSlices = [reportOptions, reportFigureOptions, pictureOptions, debugOptions] as const;

const reportVerb: Verb = {
  purpose:
    'Shows recorded runs again: as text, a page, a picture or a table, with other windows or objectives if you like.',
  usage: 'report [LOG...] [options]        LOG: a folder of a run, its log.mdb, or latest',
  examples: [
    'report latest',
    'report latest --format html --to report.html',
    'report latest --definitions vllm',
    "report latest --objective 'p90(ttft) < 500ms' 'error_ratio < 1%'",
  ],
  options: () => describeOptions(reportSlices),
  start: async (argv, terminal) => {
    const { options, positionals } = resolveOptions(argv, reportSlices, Number.POSITIVE_INFINITY);
    return (await import('./report.ts')).report(positionals, options, terminal);
  },
};

const compareSlices = [compareOptions, gateOptions, debugOptions] as const;

const compareVerb: Verb = {
  purpose:
    'Holds recorded runs against the first of them, load by load, and says what is faster and what is not shown to be.',
  usage: 'compare LOG LOG... [options]        LOG: a folder of a run, its log.mdb, or latest',
  examples: [
    'compare results/runs/BEFORE latest',
    'compare RUN_A RUN_B RUN_C --format html --to compare.html',
    "compare RUN_A RUN_B --fail_if 'p99(ttft) worse by 5%' --at_clients 16",
  ],
  options: () => describeOptions(compareSlices),
  start: async (argv, terminal) => {
    const { options, positionals } = resolveOptions(argv, compareSlices, Number.POSITIVE_INFINITY);
    return (await import('./compare.ts')).compare(positionals, options, terminal);
  },
};

const backtestSlices = [backtestOptions, debugOptions] as const;

const backtestVerb: Verb = {
  purpose:
    'Tells where stop rules would have ended recorded runs, what that would have saved, and what it would have cost.',
  usage: 'backtest [LOG...] [options]        LOG: a folder of a run, its log.mdb, or latest',
  examples: [
    'backtest latest',
    "backtest results/runs/* --stop plateau --stop 'gain(throughput) < 5%'",
    "backtest latest --stop 'mean(e2e) > 10s' --format md --to rules.md",
  ],
  options: () => describeOptions(backtestSlices),
  start: async (argv, terminal) => {
    const { options, positionals } = resolveOptions(argv, backtestSlices, Number.POSITIVE_INFINITY);
    const logs = positionals.length === 0 ? ['latest'] : positionals;
    return (await import('./backtest.ts')).backtestRuns(logs, options, terminal);
  },
};

const exportSlices = [exportOptions, metricsOptions, debugOptions] as const;

const exportVerb: Verb = {
  purpose: 'Writes requests, chunks, windows or events of a recorded run as CSV, JSON or Parquet.',
  usage: 'export [LOG] [options]        LOG: a folder of a run, its log.mdb, or latest',
  examples: ['export latest', 'export latest --format parquet --to requests.parquet', 'export latest --what windows'],
  options: () => describeOptions(exportSlices),
  start: async (argv, terminal) => {
    const { positionals, ...asked } = resolveOptions(argv, exportSlices, 1);
    return (await import('./export.ts')).exportRun(positionals[0] ?? 'latest', asked, terminal);
  },
};

const importSlices = [importOptions, debugOptions] as const;

const importVerb: Verb = {
  purpose: 'Makes a log of results of another tool, so that they can be reported, exported and compared.',
  usage: 'import FILE... --from TOOL [options]        per-request results of TOOL',
  examples: [
    'import vllm-infqps-concurrency*.json --from vllm',
    'import profile_export.jsonl --from aiperf',
    'import results/openai/my-model/prompt*_clients*.json --from seed --log old-run',
  ],
  options: () => describeOptions(importSlices),
  start: async (argv, terminal) => {
    const { options, positionals } = resolveOptions(argv, importSlices, Number.POSITIVE_INFINITY);
    return (await import('./import.ts')).importFiles(positionals, options, terminal);
  },
};

/** Every verb, one a line. */
export const verbs = {
  run: runVerb,
  check: checkVerb,
  calibrate: calibrateVerb,
  serve: serveVerb,
  replay: replayVerb,
  watch: watchVerb,
  report: reportVerb,
  compare: compareVerb,
  backtest: backtestVerb,
  export: exportVerb,
  import: importVerb,
} satisfies Record<string, Verb>;
