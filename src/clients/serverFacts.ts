/** What kind of server it is, as far as it shows. `embedded` is our own. */
export type ServerFlavour =
  | 'vllm'
  | 'sglang'
  | 'llamacpp'
  | 'tgi'
  | 'trtllm'
  | 'ollama'
  | 'openai'
  | 'embedded'
  | 'unknown';

/** Fields of a request for lengths that are no part of the OpenAI API, but of some servers. */
export type ExtensionField = 'ignore_eos' | 'min_tokens';

/** What a server says of itself. Plain JSON: it travels to the workers. */
export interface ServerFacts {
  readonly flavour: ServerFlavour;
  readonly version?: string;
  /** Names of its models, as far as it lists them. */
  readonly models: readonly string[];
  /** Longest context, prompt and answer together, of the model asked for. */
  readonly contextTokens?: number;
  /** Whether there is a `/metrics` in the text format of Prometheus. */
  readonly hasMetrics: boolean;
  /** The paths that it was asked for, and left without an answer although it was there. */
  readonly unanswered?: readonly string[];
}

/** Names for people. */
export const flavourNames: Readonly<Record<ServerFlavour, string>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
  tgi: 'TGI',
  trtllm: 'TensorRT-LLM',
  ollama: 'Ollama',
  openai: 'OpenAI',
  embedded: 'embedded server',
  unknown: 'unknown server',
};

const understood: Readonly<Record<ServerFlavour, readonly ExtensionField[]>> = {
  vllm: ['ignore_eos', 'min_tokens'],
  sglang: ['ignore_eos', 'min_tokens'],
  llamacpp: ['ignore_eos'],
  tgi: [],
  trtllm: ['ignore_eos', 'min_tokens'],
  ollama: [],
  openai: [],
  embedded: ['ignore_eos', 'min_tokens'],
  unknown: [],
};

/** The fields that a kind of server is known to act upon; none of an unknown one. */
export function understoodBy(flavour: ServerFlavour): readonly ExtensionField[] {
  return understood[flavour];
}

/**
 * Whether connections outlive an answer. The server of llama.cpp announces it, and closes them after a streamed answer
 * all the same: the next request, which leaves at once, would be lost.
 */
export function keepsConnections(flavour: ServerFlavour | undefined): boolean {
  return flavour !== 'llamacpp';
}
