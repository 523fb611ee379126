/** A stream on deadlines: its first chunk `firstMs` after the request, then one every `gapMs`. */
export interface Pace {
  readonly firstMs: number;
  readonly gapMs: number;
  readonly chunks: number;
}

/**
 * What a null server answers to every request. `whole`: one small JSON body. `burst`: a stream that is written at once, of so
 * many chunks with so many characters each. `paced`: a stream on deadlines, in whose texts stand the server's own stamps.
 */
export type NullAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'burst'; readonly chunks: number; readonly characters: number }
  | ({ readonly kind: 'paced' } & Pace);

/** What the server says when it listens. */
export interface ServerReady {
  readonly port: number;
}

/** What it answers to any message: the requests that have come until now, and its own CPU time. */
export interface CountReport {
  readonly requests: number;
  readonly cpuMicros: number;
}
