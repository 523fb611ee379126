import type { OptionSpec } from './optionSpec.ts';
import { defaultWords, groupOptions, placeholder } from './optionText.ts';

const nameColumns = 32;

/** The options for a terminal: groups, each option with what it does, its unit and its default. */
export function renderOptionsHelp(specs: readonly OptionSpec[], columns = 80): string {
  const groups = [...groupOptions(specs)].map(([title, options]) =>
    [title, ...options.map((spec) => renderOption(spec, columns))].join('\n'),
  );
  return groups.join('\n\n');
}

function renderOption(spec: OptionSpec, columns: number): string {
  const name = `  --${spec.name} ${placeholder(spec)}`;
  const standard = defaultWords(spec);
  const facts = [spec.meta.unit, standard === undefined ? undefined : `default ${standard}`].filter(Boolean).join('; ');
  const text = facts === '' ? spec.meta.description : `${spec.meta.description} [${facts}]`;
  const lines = wrapWords(text, Math.max(30, columns - nameColumns));
  const indented = lines.map((line) => ' '.repeat(nameColumns) + line);
  if (name.length + 2 > nameColumns) return [...brokenAtBars(name, columns), ...indented].join('\n');
  return [name.padEnd(nameColumns) + (lines[0] ?? ''), ...indented.slice(1)].join('\n');
}

/** A long row of choices, as lines that go on below the first of them. */
function brokenAtBars(name: string, columns: number): readonly string[] {
  const indent = ' '.repeat(name.indexOf('--') + name.trim().indexOf(' ') + 1);
  const lines: string[] = [];
  let line = '';
  for (const choice of name.split(/(?<=\|)/)) {
    if (line !== '' && line.length + choice.length > columns) {
      lines.push(line);
      line = indent + choice;
    } else line += choice;
  }
  return [...lines, line];
}

/** Breaks a text at blanks into lines of at most `width` columns, where its words allow. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
