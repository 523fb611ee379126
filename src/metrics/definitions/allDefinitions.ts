import { aiperfDefinitions } from './aiperf.ts';
import type { Definitions } from './definitions.ts';
import { genaiBenchDefinitions } from './genaiBench.ts';
import { guidellmDefinitions } from './guidellm.ts';
import { seedDefinitions } from './seed.ts';
import { vllmDefinitions } from './vllm.ts';

/** Names of tools by whose formulas figures can be taken. */
export const definitionsNames = ['vllm', 'guidellm', 'aiperf', 'genai-bench', 'seed'] as const;

export type DefinitionsName = (typeof definitionsNames)[number];

/** By their names in `--definitions`. */
export const allDefinitions: Readonly<Record<DefinitionsName, Definitions>> = {
  vllm: vllmDefinitions,
  guidellm: guidellmDefinitions,
  aiperf: aiperfDefinitions,
  'genai-bench': genaiBenchDefinitions,
  seed: seedDefinitions,
};
