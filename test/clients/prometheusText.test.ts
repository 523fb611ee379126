import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MetricSample, parsePrometheusText } from '../../src/clients/prometheusText.ts';

const anyName = fc.stringMatching(/^[A-Za-z_:][\w:]{0,20}$/).filter((name) => !name.endsWith('_created'));
const anyLabels = fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w{0,10}$/), fc.string({ unit: 'binary' }), {
  maxKeys: 4,
});
const anySample: fc.Arbitrary<MetricSample> = fc.record({ name: anyName, labels: anyLabels, value: fc.double() });

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'Inf');
}

function lineOf({ name, labels, value }: MetricSample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${valueText(value)}`;
}

test('whatever is written in the format is read back, whichever way lines end', () => {
  fc.assert(
    fc.property(
      fc.array(anySample),
      fc.constantFrom('\n', '\n\n', '\n# HELP some words\n', ' 1395066363000\n'),
      (samples, end) => {
        expect(parsePrometheusText(samples.map((sample) => lineOf(sample) + end).join(''))).toEqual(samples);
      },
    ),
  );
});

test('lines that cannot be read do not hide the others', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map((text) => text.replaceAll('\n', ' '))), anySample, (noise, sample) => {
      expect(parsePrometheusText([...noise, lineOf(sample)].join('\n'))).toContainEqual(sample);
    }),
  );
});

test.each([
  ['a 1', { name: 'a', labels: {}, value: 1 }],
  ['a 1\r', { name: 'a', labels: {}, value: 1 }],
  ['  a\t{ le = "+Inf" , }\t 5e-1', { name: 'a', labels: { le: '+Inf' }, value: 0.5 }],
  ['a{} -Inf', { name: 'a', labels: {}, value: Number.NEGATIVE_INFINITY }],
  ['a +inf', { name: 'a', labels: {}, value: Number.POSITIVE_INFINITY }],
  ['a nan', { name: 'a', labels: {}, value: Number.NaN }],
  ['a:b_c{x="}"} .5 1700000000', { name: 'a:b_c', labels: { x: '}' }, value: 0.5 }],
  ['a{x="say \\"hi\\"\\n\\\\"} 2', { name: 'a', labels: { x: 'say "hi"\n\\' }, value: 2 }],
  ['a_total 3 # {trace_id="KOO5S4vxi0o"} 0.67', { name: 'a_total', labels: {}, value: 3 }],
])('%j is read', (line, sample) => {
  expect(parsePrometheusText(line)).toEqual([sample]);
});

test.each([
  '',
  '# TYPE a gauge',
  'a',
  'a 1x',
  'a{x="1" 2',
  'a{x=1} 2',
  'a{x="1"}',
  '1a 2',
  'a_created 1.7e9',
  '{"a b"} 1',
])('%j gives nothing', (line) => {
  expect(parsePrometheusText(line)).toEqual([]);
});

test('only what is wanted is kept', () => {
  expect(parsePrometheusText('a 1\nb 2\na 3', (name) => name === 'a').map(({ value }) => value)).toEqual([1, 3]);
});
