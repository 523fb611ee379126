import { renderOptionsHelp } from '../config/optionsHelp.ts';
import type { Verb } from './verb.ts';

const program = 'deepspeedometer';

/** Help of the whole program: its verbs, then all of the default verb. */
export function renderHelp(verbs: Readonly<Record<string, Verb>>, defaultVerb: string, columns: number): string {
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
    ...(help === undefined ? [] : [renderExamples(help), `Options of ${defaultVerb}`, renderOptions(help, columns)]),
  ].join('\n\n');
}

/** Help of one verb: purpose, usage, examples, options. */
export function renderVerbHelp(verb: Verb, columns: number): string {
  return [verb.purpose, `Usage: ${program} ${verb.usage}`, renderExamples(verb), renderOptions(verb, columns)].join(
    '\n\n',
  );
}

function renderOptions(verb: Verb, columns: number): string {
  return renderOptionsHelp(verb.options, columns);
}

function renderExamples(verb: Verb): string {
  return ['Examples', ...verb.examples.map((example) => `  ${program} ${example}`.trimEnd())].join('\n');
}
