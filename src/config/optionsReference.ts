import type { OptionSpec } from './optionSpec.ts';
import { defaultWords, groupOptions } from './optionText.ts';
import { describeExpected } from './optionValue.ts';

const head = `# Options of \`deepspeedometer run\`

<!-- Generated from the options' schema by \`npm run docs\`: change the options beside the code that uses them. -->

Flags are written \`--snake_case\` or \`--kebab-case\`, and \`--no_NAME\` makes a boolean false; in a YAML file
(\`--config_file\`) the same names stand without dashes. Precedence: defaults < YAML < flags. In YAML a list for an option
that takes one value means every one of them: each combination is a sweep of its own. On the command line the options
marked *expands* take several values likewise.
`;

/** The reference page, as Markdown: a table for each group. */
export function renderOptionsReference(specs: readonly OptionSpec[]): string {
  const sections = [...groupOptions(specs)].map(([title, options]) => {
    const rows = options.map((spec) => `| ${cells(spec).map(escapeCell).join(' | ')} |`);
    return [`## ${title}`, '', '| option | value | unit | default | |', '|---|---|---|---|---|', ...rows, ''].join(
      '\n',
    );
  });
  return [head, ...sections].join('\n');
}

function cells(spec: OptionSpec): readonly string[] {
  const { meta, name, isList } = spec;
  // The unit has a column of its own.
  const { unit: _unit, ...unitless } = meta;
  const one = describeExpected({ ...spec, meta: unitless });
  const aliases = (meta.aliases ?? []).map((alias) => `\`${alias.name}\``);
  const values = Object.entries(meta.valueAliases ?? {}).map(([name, value]) => `\`${name}\` (${value})`);
  const notes = [
    meta.expands === true ? '*Expands.*' : '',
    meta.flagOnly === true ? 'Only as a flag.' : '',
    aliases.length === 0 ? '' : `Also accepted: ${aliases.join(', ')}.`,
    values.length === 0 ? '' : `Also taken: ${values.join(', ')}.`,
  ];
  const standard = defaultWords(spec);
  return [
    `\`${name}\``,
    (isList ? `list, each ${one}` : one) + (meta.word === undefined ? '' : `; or ${meta.word}`),
    meta.unit ?? '',
    standard === undefined ? '' : standard,
    [`${meta.description}.`, ...notes].filter(Boolean).join(' '),
  ];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
