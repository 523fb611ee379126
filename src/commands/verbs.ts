import { debugOptions } from '../config/commandOptions.ts';
import { describeOptions } from '../config/optionSpec.ts';
import { resolveOptions } from '../config/resolveOptions.ts';
import { resolveRuns } from '../config/resolveRuns.ts';
import { runOptionSpecs } from '../config/runOptions.ts';
import { simulatorOptions } from '../simulator/simulatorOptions.ts';
import { serveOptions } from './serveOptions.ts';
import type { Verb } from './verb.ts';

const runVerb: Verb = {
  purpose: 'Measures a server under a growing number of parallel clients, and finds where it saturates.',
  usage: '[run] [options]',
  examples: [
    '',
    '--api openai --url http://127.0.0.1:8000 --model my-model --tokenizer o200k_base --streaming',
    '--api dummy --model any --prompt_length 128 512 --num_clients 1 2 4 --min_requests 8',
  ],
  options: runOptionSpecs,
  start: async (argv, terminal) => (await import('./run.ts')).run(await resolveRuns(argv), terminal),
};

const serveSlices = [serveOptions, simulatorOptions, debugOptions] as const;

const serveVerb: Verb = {
  purpose: 'Runs the embedded inference server alone, for any client to try.',
  usage: 'serve [options]',
  examples: ['serve', 'serve --port 0 --max_num_seqs 4', 'serve --step_base_ms 20 --step_jitter 0.1'],
  options: describeOptions(serveSlices),
  start: async (argv, terminal) => {
    const { options } = resolveOptions(argv, serveSlices);
    const { serve } = await import('./serve.ts');
    return serve(options, (line) => terminal.writeOut(`${line}\n`));
  },
};

/** Every verb, one a line. */
export const verbs = {
  run: runVerb,
  serve: serveVerb,
} satisfies Record<string, Verb>;
