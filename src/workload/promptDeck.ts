/** What one request asks for; the same for a seed and a number, whoever draws it. */
export interface PlannedRequest {
  /** From 0 over the whole run; warm-up requests are numbered too. */
  readonly request: number;
  readonly warmup: boolean;
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** Pairs (start, end) of UTF-16 offsets into the source text; joined they are the prompt. */
  readonly slices: readonly number[];
}
