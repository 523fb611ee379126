import { allDefinitions, definitionsNames } from './allDefinitions.ts';
import { type DefinedFigure, type Definitions, releaseOf } from './definitions.ts';

const rows: readonly (readonly [figure: DefinedFigure, name: string])[] = [
  ['ttft', 'TTFT'],
  ['tpot', 'TPOT'],
  ['itl', 'ITL'],
  ['e2e', 'e2e'],
  ['requests', 'requests/s'],
  ['tokens', 'tokens/s'],
  ['percentiles', 'percentiles'],
];

const head = `# The formulas of other tools

<!-- Written by \`npm run docs\` from src/metrics/definitions. -->

\`\`\`
deepspeedometer report latest --definitions vllm
deepspeedometer replay latest --definitions guidellm --output json
\`\`\`

Tools mean different things by the same word. \`--definitions TOOL\` takes the figures of a recorded run by the formulas of
another tool, so that they can be held beside its results. Names of figures stay ours, and what a tool has no formula for is
absent. The head of the report says whose formulas they are and how they differ from [ours](summary.md).

For all of them: measured requests that were answered, from the whole level, with ramp and drain; standard deviations over n;
throughput over the time from the first sending to the last end, where the tool's own clock starts a little earlier and stops a
little later. An answer without output is left out here, as a failure is. Counts of tokens are those of the log. Pooled gaps are
within 0.1 %. Criteria and the saturation point follow the figures; rolling windows, the timeline, the load generator's health
and the server's own metrics stay as they are. \`--window\` cannot be given with it.

The figures were checked on made-up stamps against the metric code of each tool's own release; stamps, results and the script
that made them are in \`test/fixtures/definitions\` (\`seed\`, of which there is no release, against numpy).
`;

/** The page that tells each tool's formulas, their sources, and how they differ from ours. @returns Markdown */
export function renderDefinitionsReference(): string {
  return [head, ...definitionsNames.map((name) => renderTool(name, allDefinitions[name]))].join('\n');
}

function renderTool(name: string, definitions: Definitions): string {
  const { source, formulas, differences } = definitions;
  const lines = rows.map(([figure, words]) => `| ${words} | ${formulas[figure] ?? 'absent'} |`);
  return [
    `## ${name}: ${releaseOf(definitions)}`,
    '',
    `From ${source}.`,
    '',
    '| our name | formula |',
    '|---|---|',
    ...lines,
    '',
    ...differences.map((words) => `- ${words}`),
    '',
  ].join('\n');
}
