import type { OpenaiEndpoint } from './openaiTarget.ts';
import { type ExtensionField, flavourNames, type ServerFacts, understoodBy } from './serverFacts.ts';

/** How far answers can be expected to have the drawn length, and the fields that ask for it. */
export interface LengthControl {
  /** `forced`: the server is known to keep it. `asked`: nobody can say. `capped`: it is only a limit. `none`: no output. */
  readonly kind: 'forced' | 'asked' | 'capped' | 'none';
  readonly fields: readonly ExtensionField[];
}

/**
 * What is sent so that answers get the drawn length: fields beyond the OpenAI API only go where they are understood, or
 * where nothing is known of the server.
 */
export function lengthControlOf(
  { ignore_eos }: { readonly ignore_eos: boolean },
  endpoint: OpenaiEndpoint,
  facts: ServerFacts | undefined,
): LengthControl {
  if (endpoint === 'embeddings') return { kind: 'none', fields: [] };
  if (!ignore_eos) return { kind: 'capped', fields: [] };
  if (facts === undefined || facts.flavour === 'unknown') return { kind: 'asked', fields: ['ignore_eos'] };
  const fields = understoodBy(facts.flavour);
  if (fields.length === 0) return { kind: 'capped', fields };
  // Servers know these fields for completions and chat; what their younger route makes of them differs.
  return { kind: endpoint === 'responses' ? 'asked' : 'forced', fields };
}

/** The same in words: `forced (ignore_eos)`. */
export function describeLengths({ kind, fields }: LengthControl, facts: ServerFacts | undefined): string {
  const sent = fields.join(', ');
  if (kind === 'none') return 'none, embeddings have no output tokens';
  if (kind === 'forced') return `forced (${sent})`;
  if (kind === 'asked') return `asked for (${sent}); whether the server keeps them, the figures show`;
  const why =
    facts === undefined || facts.flavour === 'unknown' || understoodBy(facts.flavour).length > 0
      ? '--ignore_eos false'
      : `${flavourNames[facts.flavour]} cannot force them`;
  return `limited only, answers may end early (${why})`;
}
