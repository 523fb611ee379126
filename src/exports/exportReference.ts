import type { ColumnHead } from './column.ts';
import { tables } from './tables.ts';

const head = `# Columns of \`deepspeedometer export\`

<!-- Generated from the tables in src/exports by \`npm run docs\`: change the columns there. -->

\`deepspeedometer export LOG --what requests --format csv --to requests.csv\` writes a table of a recorded run.
Without \`--to\`, and with \`--to -\`, it goes to standard output. A file appears once it is whole; a pipe or a device is written into.

- Stamps (\`...AtMs\`, \`atMs\`) are milliseconds since the run's start on the monotonic clock of its machine; the wall clock at
  0 is \`startedAt\` in \`summary.json\`.
- What was not measured is absent, never 0: an empty field in CSV, a null in Parquet, a missing key in JSON.
- CSV follows RFC 4180. A column of the type json holds JSON text in CSV and Parquet. A text that a spreadsheet would run as a
  formula (it begins with \`=\`, \`+\`, \`-\` or \`@\`) has an apostrophe before it in CSV, and there only.
- Integers are INT64 in Parquet, numbers DOUBLE. \`SELECT quantile_cont(ttftMs, 0.99) FROM 'requests.parquet' WHERE stretch = 'steady'\`
  in DuckDB gives the p99 that the report prints.
`;

/** The reference page of all tables, as Markdown. */
export function renderExportReference(): string {
  const sections = Object.entries(tables).map(([name, { row, columns }]) =>
    [
      `## \`--what ${name}\``,
      '',
      `A row: ${row}.`,
      '',
      '| column | type | unit | meaning |',
      '|---|---|---|---|',
      ...columns.map(describe),
      '',
    ].join('\n'),
  );
  return [head, ...sections].join('\n');
}

function describe({ name, type, unit = '', meaning }: ColumnHead): string {
  return `| \`${name}\` | ${type} | ${unit} | ${meaning} |`;
}
