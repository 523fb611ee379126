import { renderOptionsHelp } from '../config/optionsHelp.ts';
import type { Verb } from './verb.ts';

const program = 'deepspeedometer';

/** Help of the whole program: its verbs, then all of the default verb. */
export async function renderHelp(
  verbs: Readonly<Record<string, Verb>>,
  defaultVerb: string,
  argv: readonly string[],
  columns: number,
): Promise<string> {
  const names = Object.keys(verbs);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const list = Object.entries(verbs).map(
    ([name, { purpose }]) => `  ${name.padEnd(width)}${purpose}${name === defaultVerb ? ' (default)' : ''}`,
  );
  const help = verbs[defaultVerb];
  return [
    'Finds how far an LLM inference server goes: throughput-latency curves and the saturation point.',
    `Usage: ${program} [VERB] [options]        ${program} VERB --help        ${program} --version`,
    ['Verbs', ...list].join('\n'),
    ...(help === undefined
      ? []
      : [renderExamples(help), `Options of ${defaultVerb}`, await renderOptions(help, argv, columns)]),
  ].join('\n\n');
}

/** Help of one verb: purpose, usage, examples, options. */
export async function renderVerbHelp(verb: Verb, argv: readonly string[], columns: number): Promise<string> {
  const options = await renderOptions(verb, argv, columns);
  return [verb.purpose, `Usage: ${program} ${verb.usage}`, renderExamples(verb), options].join('\n\n');
}

async function renderOptions(verb: Verb, argv: readonly string[], columns: number): Promise<string> {
  return renderOptionsHelp(await verb.options(argv), columns);
}

function renderExamples(verb: Verb): string {
  return ['Examples', ...verb.examples.map((example) => `  ${program} ${example}`.trimEnd())].join('\n');
}
