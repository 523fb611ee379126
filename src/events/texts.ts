/**
 * What was asked and answered, kept once and apart from the stamps, so that reports need not read it.
 * A prompt is a list of slices of the run's source text; the source itself stands once in the log.
 */
export interface ExchangeText {
  readonly request: number;
  readonly level: number;
  readonly client: number;
  readonly warmup: boolean;
  /** Pairs (start, end) of UTF-16 offsets into the source text with this id; joined they are the prompt. */
  readonly source: number;
  readonly slices: readonly number[] | Uint32Array;
  readonly answer: string;
  /** The body as the server sent it, where the answer is not streamed: JSON. */
  readonly raw?: string;
}
