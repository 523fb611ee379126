import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Column, toRows } from '../../../src/exports/column.ts';
import { toParquet } from '../../../src/exports/parquet.ts';
import { type DatasetOptions, datasetProblems } from '../../../src/workload/datasetOptions.ts';
import { readDataset } from '../../../src/workload/datasets/readDataset.ts';
import type { Tokenizer } from '../../../src/workload/tokenizer.ts';

const folder = mkdtempSync(join(tmpdir(), 'datasets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Words are tokens. */
const words: Tokenizer = {
  name: 'words',
  encode: (text) => text.split(' ').map((_, index) => index),
  decode: () => '',
  count: (text) => text.split(' ').length,
};
const options: DatasetOptions = {
  dataset_format: 'auto',
  dataset_rows: 100,
  dataset_sampling: 'in_order',
  turns: 'first',
  history: 'real',
};

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a file gives: prompts, their lengths, and the lengths of answers. */
async function readAll(path: string, more: Partial<DatasetOptions> = {}, seed = 1) {
  const { text, table, warnings, about } = await readDataset(path, { ...options, ...more }, words, seed);
  const { starts, promptTokens, outputTokens } = table;
  const prompts = Array.from(promptTokens, (_, row) => text.slice(starts[row], starts[row + 1]));
  return { prompts, promptTokens: [...promptTokens], outputTokens: [...(outputTokens ?? [])], warnings, about };
}

const chat = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'What is a queue?' }] },
  { role: 'assistant', content: 'People who wait.' },
];
const columns: readonly Column<{ prompt: string; max_tokens: number }>[] = [
  { name: 'prompt', type: 'text', meaning: '', cell: (row) => row.prompt },
  { name: 'max_tokens', type: 'integer', meaning: '', cell: (row) => row.max_tokens },
];
const parquet = [
  ...toParquet(
    toRows(columns, [
      { prompt: 'one two', max_tokens: 4 },
      { prompt: 'three', max_tokens: 5 },
    ]),
  ),
];

test.each<[string, string | Uint8Array, readonly string[], readonly number[]]>([
  ['a.jsonl', '{"prompt":"one two","max_tokens":4}\n\n{"prompt":"three"}\n', ['one two', 'three'], [4, 0]],
  ['b.jsonl', `${JSON.stringify({ messages: chat })}\n`, ['Be brief.\n\nWhat is a queue?'], [3]],
  [
    'c.json',
    JSON.stringify(
      [
        {
          id: 1,
          conversations: [
            { from: 'human', value: 'say "[{" \\' },
            { from: 'gpt', value: 'a b' },
          ],
        },
      ],
      null,
      2,
    ),
    ['say "[{" \\'],
    [2],
  ],
  ['d.csv', 'id,prompt,response\n1,"one, ""two""\nthree",a b c\n', ['one, "two"\nthree'], [3]],
  ['e.parquet', Buffer.concat(parquet), ['one two', 'three'], [4, 5]],
  ['f.txt', 'one two\r\n\nthree', ['one two', 'three'], []],
  ['g.jsonl', '{"turns":["What is a queue?","And a stack?"]}', ['What is a queue?'], []],
])(
  '%s is read: its prompts, and lengths of answers as far as it tells them',
  async (name, content, prompts, outputs) => {
    const read = await readAll(written(name, content));
    expect(read.prompts).toEqual(prompts);
    expect(read.outputTokens).toEqual(outputs);
  },
);

test.each<[string, string, RegExp]>([
  ['no-json.jsonl', '{"prompt":"a"}\n{oops\n', /no-json\.jsonl:2: expected JSON, got "\{oops"/],
  ['no-prompt.jsonl', '{"prompt":"a"}\n{"id":7}\n', /no-prompt\.jsonl:2: expected prompt or messages; it has id/],
  ['no-text.jsonl', '{"prompt":7}', /:1: expected text in prompt, got "7"/],
  [
    'length.jsonl',
    '{"prompt":"a","max_tokens":0}',
    /:1: expected a number of tokens from 1 to 2000000 in max_tokens, got "0"/,
  ],
  ['list.jsonl', '{"messages":"hello"}', /:1: expected a list of messages in messages, got "hello"/],
  ['role.jsonl', '{"messages":[{"content":"a"}]}', /:1: expected messages with role and content in messages/],
  ['cells.csv', 'prompt,id\na,1\nb\n', /cells\.csv:3: expected 2 cells as in the head, got 1/],
  ['lines.json', '{"prompt":"a"}\n', /lines\.json:1: expected an array of JSON objects; .*--dataset_format jsonl/],
  ['numbers.json', '[{"prompt":"a"},\n 7]', /numbers\.json:2: expected an array of JSON objects/],
  ['cut.json', '[{"prompt":"a"},\n {"prompt', /cut\.json:2: .*the file ends before its end/],
  ['bad.parquet', 'PAR1 nothing', /bad\.parquet cannot be read as Parquet/],
  ['empty.txt', '\n\n', /expected rows with prompts, got none/],
  ['a.data', 'x', /its name tells no format, expected one that ends in \.jsonl, .*\.txt/],
  ['missing.jsonl/no', '', /cannot be read/],
])('what is wrong in %s is named with its line', async (name, content, expected) => {
  const path = name.includes('/') ? join(folder, 'nowhere.jsonl') : written(name, content);
  await expect(readDataset(path, options, words, 1)).rejects.toThrow(expected);
});

const many = written(
  'many.txt',
  Array.from({ length: 500 }, (_, row) => `row${row}${' x'.repeat(row % 10)}`).join('\n'),
);

test('rows are drawn by the seed, each at most once, and any as likely as another', async () => {
  const sampling = { dataset_sampling: 'without_replacement', dataset_rows: 50 } as const;
  const first = await readAll(many, sampling);
  expect(new Set(first.prompts).size).toBe(50);
  expect(await readAll(many, sampling)).toEqual(first);
  expect((await readAll(many, sampling, 2)).prompts).not.toEqual(first.prompts);
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 200; seed++) {
    for (const prompt of (await readAll(many, sampling, seed)).prompts) {
      const tenth = Math.floor(Number.parseInt(prompt.slice(3), 10) / 50);
      counts.set(tenth, (counts.get(tenth) ?? 0) + 1);
    }
  }
  // 10 000 draws in 10 equal parts of the file: chi-squared with 9 degrees of freedom is below 27.9 in 99.9 of 100 cases.
  expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9);
});

test('only rows of the lengths that are asked for are taken', async () => {
  const read = await readAll(many, { dataset_prompt_tokens: '4..6', dataset_sampling: 'without_replacement' });
  expect(new Set(read.promptTokens)).toEqual(new Set([4, 5, 6]));
  expect(read.promptTokens).toHaveLength(100);
  const outputs = written(
    'outputs.jsonl',
    '{"prompt":"a","max_tokens":3}\n{"prompt":"b"}\n{"prompt":"c","max_tokens":9}\n',
  );
  expect((await readAll(outputs, { dataset_output_tokens: '..5' })).prompts).toEqual(['a']);
  await expect(readAll(outputs, { dataset_output_tokens: '20..' })).rejects.toThrow(/none of the lengths .* among 3/);
});

test('what is left out is told', async () => {
  const path = written(
    'mixed.jsonl',
    '{"prompt":" "}\n{"prompt":"a"}\n{"messages":[{"role":"user","content":"b"},{"role":"user","content":"c"}]}\n',
  );
  expect((await readAll(path)).warnings).toEqual([
    `1 of 3 rows of ${path} have no words of a user: left out`,
    `1 of 3 rows of ${path} have several turns: only the first of each is sent`,
  ]);
});

test('what is no text of a known role is left out of a row, and told in one warning', async () => {
  const user = (content: unknown) => ({ role: 'user', content });
  const called = { role: 'assistant', content: null, tool_calls: [{ type: 'function', function: { name: 'look' } }] };
  const rows = [
    [
      user('a'),
      { ...called, content: '' },
      called,
      { role: 'tool', content: '21 degrees' },
      { role: 'assistant', content: 'it is warm' },
    ],
    [user('b'), { ...called, content: 'let me see' }],
    [user('c'), { role: 'assistant', tool_calls: called.tool_calls }],
    [user('d'), { role: 'narrator', text: 'meanwhile' }],
    [
      user([
        { type: 'image_url', image_url: { url: 'data:' } },
        { type: 'text', text: 'e' },
      ]),
    ],
    [user([{ type: 'image_url', image_url: { url: 'data:' } }])],
    [user(null), user('f'), { role: 'assistant', content: 'g', tool_calls: [] }],
    [user('h'), { role: 'assistant', content: '', tool_calls: null }],
  ];
  const path = written('tools.jsonl', rows.map((messages) => JSON.stringify({ messages })).join('\n'));
  const read = await readAll(path);
  expect(read.prompts).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'h']);
  expect(read.outputTokens).toEqual([3, 3, 0, 0, 0, 1, 0]);
  expect(read.warnings).toEqual([
    `1 of 8 rows of ${path} have no words of a user: left out`,
    `6 of 8 rows of ${path} have messages of tools or unknown roles, or parts without text: those are left out`,
  ]);
});

test('a dataset excludes prompts from elsewhere, and its options need one', () => {
  const given = (name: string) => ['prompt_length', 'dataset_rows'].includes(name);
  expect(datasetProblems({ ...options, dataset: 'a.jsonl' }, given)).toEqual([
    '--prompt_length: a dataset brings its own prompts, expected one of the two',
  ]);
  expect(datasetProblems({ ...options, dataset: 'a.jsonl' }, (name) => name === 'history')).toEqual([
    '--history: a first turn has none, expected --turns all with it',
  ]);
  expect(datasetProblems(options, given)).toEqual([
    '--dataset_rows: belongs to a dataset, expected --dataset beside it',
  ]);
});
