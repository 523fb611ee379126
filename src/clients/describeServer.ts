import { describeLengths, lengthControlOf } from './lengthControl.ts';
import type { OpenaiEndpoint } from './openaiTarget.ts';
import { flavourNames, type ServerFacts, type ServerFlavour } from './serverFacts.ts';

/** What of the settings is told beside the server. */
interface AskedSettings {
  readonly model: string;
  readonly streaming: boolean;
  readonly ignore_eos: boolean;
}

/** What a server is, for the head of a run: `vLLM 0.32.0, context 2048 tokens. Output lengths: forced (...).` */
export function describeServer(facts: ServerFacts, settings: AskedSettings, endpoint: OpenaiEndpoint): string {
  return `${nameServer(facts)}. ${describeLengths(lengthControlOf(settings, endpoint, facts), facts)}`;
}

/** `vLLM 0.32.0, context 2048 tokens` */
export function nameServer({ flavour, version, contextTokens }: ServerFacts): string {
  const name = flavour === 'unknown' ? 'A server of unknown kind' : flavourNames[flavour];
  const words = version === undefined ? name : `${name} ${version}`;
  return contextTokens === undefined ? words : `${words}, context ${contextTokens} tokens`;
}

/** These answer whatever model they are asked for. */
const takesAnyModel = new Set<ServerFlavour>(['llamacpp', 'sglang', 'ollama']);
const mostNamed = 5;

/** What a user should know before the run, and find in its log. */
export function warnOfServer(
  { flavour, models }: ServerFacts,
  { model, streaming }: AskedSettings,
  endpoint: OpenaiEndpoint,
): readonly string[] {
  const warnings: string[] = [];
  if (models.length > 0 && !models.includes(model) && !takesAnyModel.has(flavour)) {
    const named = models.slice(0, mostNamed).join(', ');
    const more = models.length > mostNamed ? ' and more' : '';
    warnings.push(`the server does not list a model ${model}; it lists ${named}${more}`);
  }
  if (endpoint === 'embeddings' && streaming) warnings.push('--streaming has no effect: embeddings are not streamed');
  return warnings;
}
