import type { Importer } from './importedRun.ts';

/** Readers of other tools' files by their names in `--from`, loaded when they are used. */
export const importers = {
  vllm: async () => (await import('./vllm.ts')).importVllm,
  aiperf: async () => (await import('./aiperf.ts')).importAiperf,
  guidellm: async () => (await import('./guidellm.ts')).importGuidellm,
  llmperf: async () => (await import('./llmperf.ts')).importLlmperf,
  seed: async () => (await import('./seed.ts')).importSeed,
} satisfies Record<string, () => Promise<Importer>>;
