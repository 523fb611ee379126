import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPromptPreparer, type PrepareOptions } from '../../../src/workload/preparePrompts.ts';
import { createDeck, promptText } from '../../../src/workload/promptDeck.ts';
import type { Tokenizer } from '../../../src/workload/tokenizer.ts';

/** Words are tokens. */
export const words: Tokenizer = {
  name: 'words',
  encode: (text) => text.split(' ').map((_, index) => index),
  decode: () => '',
  count: (text) => text.split(' ').length,
};

/** Answers of which nothing is told are to have 5 words. */
export const datasetDefaults: PrepareOptions = {
  dataset_format: 'auto',
  dataset_rows: 100,
  dataset_sampling: 'without_replacement',
  turns: 'all',
  history: 'real',
  prompt_length: 20,
  prompt_length_var: 0,
  max_prompt_length: 40,
  max_new_tokens: 5,
  max_new_tokens_var: 0,
  prompt_length_shape: 'normal',
  max_new_tokens_shape: 'normal',
  prefix_tokens: 0,
  prefix_groups: 1,
  prefix_zipf: 0,
};

/** A dataset as a plan has it. */
export function prepareDataset(dataset: string, options: Partial<PrepareOptions>) {
  return createPromptPreparer()({ ...datasetDefaults, dataset, ...options }, words, 3);
}

/** Four prompts out of a file, as a plan has them and as a worker does. */
export async function createPreparedDataset(dataset_sampling: 'without_replacement' | 'with_replacement') {
  const folder = mkdtempSync(join(tmpdir(), 'dataset-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const dataset = join(folder, 'four.txt');
  writeFileSync(dataset, 'prompt 1\nprompt 2\nprompt 3\nprompt 4\n');
  const { deck, source } = await prepareDataset(dataset, { dataset_sampling });
  const worker = createDeck(structuredClone(deck.toTransfer(100)));
  const transferred = (request: number) => promptText(source.text, worker.draw(request, false).slices);
  return { deck, source, transferred, options: datasetDefaults };
}
