import type { ConversationOrder } from './conversations.ts';

/** A beginning of a prompt that other requests may share. */
export interface PrefixPart {
  /** The same number is the same text, in all prompts of a seed. */
  readonly number: number;
  readonly tokens: number;
}

/** What one request asks for, before its prompt is cut from the text. */
export interface RequestShape {
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** What the prompt begins with, one after the other; what follows is its own. */
  readonly prefix: readonly PrefixPart[];
}

/** What all requests of a sweep ask for. */
export interface Shapes {
  /** By the request's number in the run; a pure function. */
  readonly shapeOf: (request: number) => RequestShape;
  /** Whether what prompts begin with in one level comes again in the next. */
  readonly prefixesRecur: boolean;
  /** Where requests are turns of conversations. */
  readonly conversations?: ConversationOrder;
}
