import { flavourNames, type ServerFacts, type ServerFlavour } from './serverFacts.ts';

/** `vLLM 0.32.0, context 2048 tokens` */
export function nameServer({ flavour, version, contextTokens }: ServerFacts): string {
  const name = flavour === 'unknown' ? 'A server of unknown kind' : flavourNames[flavour];
  const words = version === undefined ? name : `${name} ${version}`;
  return contextTokens === undefined ? words : `${words}, context ${contextTokens} tokens`;
}

/** These answer whatever model they are asked for. */
const takesAnyModel = new Set<ServerFlavour>(['llamacpp', 'sglang']);
const mostNamed = 5;

/**
 * What a user should know before the run, and find in its log.
 * @param unforced what becomes of output lengths where nothing is known of the server, if anything
 */
export function warnOfServer(facts: ServerFacts, model: string, unforced?: string): readonly string[] {
  const { flavour, models } = facts;
  const warnings = [...warnOfSilence(facts, unforced)];
  // Ollama finds `m` where it lists `m:latest`.
  if (models.length > 0 && !models.includes(model) && flavour !== 'ollama') {
    const named = models.slice(0, mostNamed).join(', ');
    const more = models.length > mostNamed ? ' and more' : '';
    const taken = takesAnyModel.has(flavour) ? ', and answers by it whatever it is asked for' : '';
    warnings.push(`the server does not list a model ${model}; it lists ${named}${more}${taken}`);
  }
  return warnings;
}

/** Of a server that is too busy to say what it is: nothing else would tell that lengths are not forced. */
function warnOfSilence({ flavour, unanswered = [] }: ServerFacts, unforced: string | undefined): readonly string[] {
  const [path] = unanswered;
  if (flavour !== 'unknown' || path === undefined) return [];
  const lost = [...(unforced === undefined ? [] : [unforced]), 'requests beyond its context are not named beforehand'];
  return [
    `the server gave no answer to GET ${path} in time, so its kind is not known: ${lost.join(', ')}; ` +
      'start again when it is less busy, "deepspeedometer check" tells what it then says of itself',
  ];
}
