import { expect, test } from 'vitest';
import { optionsDigest } from '../../src/config/optionsDigest.ts';
import { completeOptions } from '../../src/config/runOptions.ts';

const digest = (given: Readonly<Record<string, unknown>>): string => optionsDigest(completeOptions(given));

test('a digest is 16 hexadecimal digits', () => {
  expect(digest({})).toMatch(/^[0-9a-f]{16}$/);
});

test('defaults that are written out, and another order, make no difference', () => {
  expect(digest({ prompt_length: 2600, api: 'simulator' })).toBe(digest({}));
  expect(digest({ streaming: true, force: true })).toBe(digest({ force: true, streaming: true }));
});

test.each([
  [{ prompt_length: 100 }],
  [{ min_requests: 9 }],
  [{ warmup_requests: 0 }],
  [{ streaming: true }],
  [{ prompt_generator_seed: 1 }],
  [{ max_num_seqs: 4 }],
  [{ temperature: 0 }],
  [{ api: 'dummy', model: 'simulated-8b' }],
])('%j changes the digest', (given) => {
  expect(digest(given)).not.toBe(digest({}));
});

test.each([
  [{ num_clients: [3] }],
  [{ result_dir: 'elsewhere' }],
  [{ force: true }],
  [{ output: 'json' }],
  [{ quiet: true }],
  [{ debug: true }],
  [{ early_stop_latency: 1 }],
  [{ config_file: ['a.yaml'] }],
  [{ header: ['Authorization: Bearer new'] }],
  [{ dummy_client_latency_time: 1 }],
])('%j does not change the digest', (given) => {
  expect(digest(given)).toBe(digest({}));
});

test('a text file that changed under its name changes the digest; the built-in text does not', () => {
  const options = completeOptions({ prompt_text_source: 'book.txt' });
  expect(optionsDigest(options, { prompt_text_source: 'one' })).not.toBe(
    optionsDigest(options, { prompt_text_source: 'two' }),
  );
  expect(optionsDigest(completeOptions({}), { prompt_text_source: 'one' })).toBe(
    optionsDigest(completeOptions({}), { prompt_text_source: 'two' }),
  );
});
