import { expect, test } from 'vitest';
import { parseRegression } from '../../src/criteria/regression.ts';

test.each([
  ['p99(ttft) worse by 5%', { kind: 'latency', figure: 'ttftMs', statistic: 0.99 }, 0.05],
  ['p99.9(e2e)  worse  by 10 %', { kind: 'latency', figure: 'e2eMs', statistic: 0.999 }, 0.1],
  ['mean(tpot) worse by .5%', { kind: 'latency', figure: 'tpotMs', statistic: 'mean' }, 0.005],
  ['output_tokens_per_s worse by 3%', { kind: 'single', name: 'output_tokens_per_s' }, 0.03],
  ['error_ratio worse by 1%', { kind: 'single', name: 'error_ratio' }, 0.01],
])('%s is read', (text, figure, by) => {
  expect(parseRegression(text)).toEqual({ text, figure, by });
});

test.each([
  ['', 'column 1: expected a figure such as p99(ttft), got the end'],
  ['p99(ttft) < 5%', 'column 11: expected worse by, got <'],
  ['p99(ttft) worse 5%', 'column 17: expected by, got 5'],
  ['p99(ttft) worse by 5ms', 'column 21: expected %, got ms'],
  ['p99(ttft) worse by 5', 'column 21: expected %, got the end'],
  ['p99(ttft) worse by 0%', 'column 20: expected a number of % over 0, got 0'],
  ['error_ratio worse by 500%', 'column 22: expected a number of % up to 100, got 500'],
  ['p99(itl) worse by 5%', 'column 5: expected ttft, tpot, e2e, got itl'],
  ['max(ttft) worse by 5%', 'column 1: expected mean or a percentile such as p99, got max'],
  ['ttft worse by 5%', 'column 1: expected requests_per_s, output_tokens_per_s, error_ratio or a statistic'],
  ['p99(ttft) worse by 5% always', 'column 23: expected nothing more, got always'],
])('"%s" is refused with the place and what was expected there', (text, problem) => {
  expect(() => parseRegression(text)).toThrow(`--fail_if "${text}", ${problem}`);
});

test('the way out shows an example of its own kind', () => {
  expect(() => parseRegression('p99')).toThrow(
    expect.objectContaining({ hint: "An example: 'p99(ttft) worse by 5%'." }),
  );
});
