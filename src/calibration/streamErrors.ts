/** One stream as a client saw it; its answer holds the server's stamps, see `AnswerPacer`. */
export interface SeenStream {
  readonly sentAtMs: number;
  /** Arrivals of the chunks, by the client's clock. */
  readonly chunkAtMs: ArrayLike<number>;
  readonly answer: string;
}

/** How far a client's figures lie from the server's own stamps, in ms, and the pace at which chunks arrived. */
export interface StreamErrors {
  readonly ttftMs: readonly number[];
  readonly gapMs: readonly number[];
  /** What the client measured, for the reader. */
  readonly measuredTtftMs: readonly number[];
  /** Mean gap of each stream as it arrived, and as it left the server. */
  readonly meanGapMs: readonly number[];
  readonly sentGapMs: readonly number[];
}

/**
 * Holds arrivals against the server's stamps. Error of TTFT = |(first chunk arrived - sent) - (first chunk left the
 * server - request came to it)|; error of a gap = |gap of two arrivals - gap of their stamps|.
 *
 * @throws Error where a stream has not one stamp for each chunk: then nothing was measured
 */
export function joinStamps(streams: readonly SeenStream[]): StreamErrors {
  const ttftMs: number[] = [];
  const gapMs: number[] = [];
  const measuredTtftMs: number[] = [];
  const meanGapMs: number[] = [];
  const sentGapMs: number[] = [];
  for (const { sentAtMs, chunkAtMs, answer } of streams) {
    const [receivedAtMs = Number.NaN, ...stamps] = answer.trim().split(' ').map(Number);
    const { length } = chunkAtMs;
    if (stamps.length !== length || length < 2) throw new Error(`${length} chunks came, ${stamps.length} were sent`);
    const measured = (chunkAtMs[0] as number) - sentAtMs;
    measuredTtftMs.push(measured);
    ttftMs.push(Math.abs(measured - ((stamps[0] as number) - receivedAtMs)));
    for (let index = 1; index < length; index++) {
      const arrived = (chunkAtMs[index] as number) - (chunkAtMs[index - 1] as number);
      const left = (stamps[index] as number) - (stamps[index - 1] as number);
      gapMs.push(Math.abs(arrived - left));
    }
    sentGapMs.push(((stamps[length - 1] as number) - (stamps[0] as number)) / (length - 1));
    meanGapMs.push(((chunkAtMs[length - 1] as number) - (chunkAtMs[0] as number)) / (length - 1));
  }
  return { ttftMs, gapMs, measuredTtftMs, meanGapMs, sentGapMs };
}
