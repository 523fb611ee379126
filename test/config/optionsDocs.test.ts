import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { composeSchema } from '../../src/config/composedSchema.ts';
import { describeOptions } from '../../src/config/optionSpec.ts';
import { renderOptionsHelp } from '../../src/config/optionsHelp.ts';
import { renderOptionsJsonSchema } from '../../src/config/optionsJsonSchema.ts';
import { renderOptionsReference } from '../../src/config/optionsReference.ts';
import { runOptionSpecs } from '../../src/config/runOptions.ts';
import { option } from '../../src/core/optionSlice.ts';

const slice = {
  title: 'Kitchen',
  shape: {
    eggs: option(z.int().min(1).max(12).default(2), { description: 'How many', unit: 'eggs', expands: true }),
    pans: option(z.array(z.enum(['small', 'large'])).default(['small', 'large']), { description: 'Which <pans>' }),
    heat: option(z.number().positive().optional(), {
      description: 'How hot the pans are to be before the first of the eggs goes in',
      defaultText: 'medium | high',
      aliases: [{ name: 'haet', warn: true }],
    }),
    loud: option(z.boolean().default(false), { description: 'Talk', flagOnly: true }),
  },
};
const specs = describeOptions([slice]);

test('help shows groups, names, what they do, units and defaults', () => {
  expect(renderOptionsHelp(specs, 72)).toBe(
    [
      'Kitchen',
      '  --eggs N...                   How many [eggs; default 2]',
      '  --pans small|large...         Which <pans> [default small large]',
      '  --heat N                      How hot the pans are to be before the',
      '                                first of the eggs goes in [default',
      '                                medium | high]',
      '  --loud [true|false]           Talk [default false]',
    ].join('\n'),
  );
});

test('the reference has a row for each option', () => {
  const rows = renderOptionsReference(specs)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toEqual([
    '| `eggs` | a whole number from 1 to 12 | eggs | 2 | How many. *Expands.* |',
    '| `pans` | list, each one of small, large |  | small large | Which &lt;pans>. |',
    '| `heat` | a number above 0 |  | medium \\| high | How hot the pans are to be before the first of the eggs goes in. Also accepted: `haet`. |',
    '| `loud` | true or false |  | false | Talk. Only as a flag. |',
  ]);
});

test('the schema for editors takes a value or a list of them, and nothing that belongs on the command line', () => {
  const schema = JSON.parse(renderOptionsJsonSchema(specs)) as { readonly properties: Record<string, unknown> };
  expect(Object.keys(schema.properties)).toEqual(['eggs', 'pans', 'heat', 'haet']);
  const eggs = { type: 'integer', minimum: 1, maximum: 12 };
  expect(schema.properties['eggs']).toEqual({
    description: 'How many [eggs]',
    default: 2,
    anyOf: [eggs, { type: 'array', items: eggs, minItems: 1 }],
  });
});

test.each([
  ['docs/options.md', renderOptionsReference],
  ['docs/options.schema.json', renderOptionsJsonSchema],
])('%s says what the options say (npm run docs writes it)', (path, render) => {
  expect(readFileSync(path, 'utf8')).toBe(render(runOptionSpecs));
});

test('an option that takes a path as well is no list of names for an editor', () => {
  const kinds = z.enum(['wood', 'coal']).default('wood');
  const fire = option(kinds, { description: 'What burns', takesPath: true });
  const schema = renderOptionsJsonSchema(describeOptions([{ title: 'Fire', shape: { fire } }]));
  const path = { type: 'string', pattern: '[./\\\\]' };
  const name = { type: 'string', enum: ['wood', 'coal'] };
  expect(JSON.parse(schema)).toMatchObject({
    properties: { fire: { anyOf: [name, path, { type: 'array', items: { anyOf: [name, path] }, minItems: 1 }] } },
  });
});

test('two options of one name are refused', () => {
  expect(() => composeSchema([slice, slice])).toThrow('two slices have an option named eggs');
});

test('every option of a run says what it is, in one line without a full stop', () => {
  const careless = runOptionSpecs.filter(({ meta }) => !/^\S.*[^.]$/.test(meta.description ?? ''));
  expect(careless.map((spec) => spec.name)).toEqual([]);
});

test('no line of help is wider than its terminal', () => {
  for (const columns of [80, 120]) {
    const wide = renderOptionsHelp(runOptionSpecs, columns)
      .split('\n')
      .filter((line) => line.length > columns);
    expect(wide).toEqual([]);
  }
});
