import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfigFile } from '../../src/config/configFile.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { resolveRuns } from '../../src/config/resolveRuns.ts';
import { runOptionSpecs } from '../../src/config/runOptions.ts';
import { SpeedometerError } from '../../src/core/errors.ts';
import { parseExpression } from '../../src/criteria/parseExpression.ts';
import { printExpression } from '../../src/criteria/printExpression.ts';
import { harmed, harms, refusing, tries } from './fuzzing.ts';

const preset = readFileSync(new URL('../../presets/first-run.yaml', import.meta.url));
const everything = runOptionSpecs.map(({ name }) => `${name}: {a: [1, &x "b"], c: *x}`).join('\n');

function readYaml(text: string): void {
  const { problems, given } = parseConfigFile(text, 'fuzz.yaml', runOptionSpecs);
  for (const problem of problems) expect(problem).toMatch(/^fuzz\.yaml:\d+:\d+ {2}./s);
  for (const [, { alternatives }] of given) expect(alternatives).toBeInstanceOf(Array);
}

test('YAML that came to harm is read, or refused with file, line and column', () => {
  fc.assert(
    fc.property(fc.constantFrom(preset, Buffer.from(everything)), harms, (text, harm) => {
      readYaml(harmed(text, harm).toString('utf8'));
    }),
    tries(2000),
  );
});

const scrap = fc.constantFrom(
  ...[
    'a',
    ': ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '!!',
    '"',
    "'",
    '|',
    '>',
    '<<: ',
    '? ',
    '#',
    '%',
    '\t',
    'api',
    'num_clients',
    '1',
    '~',
    '\u0000',
    '---\n',
    '...',
  ],
);

test('scraps of YAML are read, or refused in the same way', () => {
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 25 }), (scraps) => readYaml(scraps.join(''))),
    tries(3000),
  );
});

const names = runOptionSpecs.map(({ name }) => name);
const word = fc.oneof(
  fc.constantFrom(...names).map((name) => `--${name}`),
  fc.constantFrom(...names).map((name) => `--${name.replaceAll('_', '-')}=1`),
  fc.constantFrom('--', '-', '--no_streaming', '1', '-1', '1e999', 'NaN', 'true', 'auto', 'a,b', '', '=', '--=', '😀'),
  fc.string({ maxLength: 12 }),
);

test('words that may be flags are read, or each refused in words', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (argv) => {
      for (const problem of parseFlags(argv, runOptionSpecs).problems) expect(problem.length).toBeGreaterThan(5);
    }),
    tries(5000),
  );
});

test('a command line gives combinations of options, or an error of usage', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        word.filter((one) => !/config|sink|--api|--stop/.test(one)),
        { minLength: 1, maxLength: 8 },
      ),
      async (argv) => {
        const invocation = await resolveRuns(argv).catch((thrown: unknown) => thrown);
        if (invocation instanceof Error) expect(invocation).toMatchObject({ name: 'SpeedometerError', code: 'usage' });
        else expect(invocation).toHaveProperty('combinations');
        expect(invocation instanceof Error && !(invocation instanceof SpeedometerError)).toBe(false);
      },
    ),
    tries(300),
  );
});

const ruleWord = fc.constantFrom(
  ...[
    'p99(ttft)',
    'mean(e2e)',
    'plateau',
    'elapsed',
    'and',
    'or',
    'for',
    'worse',
    'by',
    '(',
    ')',
    '<',
    '>=',
    '=',
    '10',
    '5%',
    '1e3',
    '10s',
    '500ms',
    '-1',
    '.',
    'met',
    '(p99(ttft) < 1s)',
    ',',
    '"',
    '\u0000',
    '€',
  ],
);

test('words of rules are read as a tree that prints and reads as itself, or refused with their column', () => {
  fc.assert(
    fc.property(fc.array(ruleWord, { maxLength: 12 }), fc.constantFrom('', ' '), (words, between) => {
      const tree = refusing(() => parseExpression(words.join(between), '--stop'));
      if (tree === undefined) return;
      const printed = printExpression(tree);
      expect(printExpression(parseExpression(printed, '--stop'))).toBe(printed);
    }),
    tries(10_000),
  );
});
