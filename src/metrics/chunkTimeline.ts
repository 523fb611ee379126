import type { RequestProgressed } from '../events/events.ts';

/** The chunks of one request: arrivals and, where the server tells, tokens. Reused from request to request. */
export class ChunkTimeline {
  atMs = new Float64Array(64);
  tokens = new Uint32Array(64);
  length = 0;
  /** Whether the server told the tokens of every chunk. */
  tokensKnown = true;

  append(progress: RequestProgressed): void {
    const { chunkAtMs, chunkTokens } = progress;
    const length = this.length + chunkAtMs.length;
    if (length > this.atMs.length) this.#grow(length);
    if (chunkTokens === undefined) this.tokensKnown = false;
    for (let index = 0; index < chunkAtMs.length; index++) {
      this.atMs[this.length + index] = chunkAtMs[index] as number;
      if (chunkTokens !== undefined) this.tokens[this.length + index] = chunkTokens[index] as number;
    }
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    this.tokensKnown = true;
  }

  /** Tokens over all chunks; meaningless unless they are known. */
  totalTokens(): number {
    let total = 0;
    for (let index = 0; index < this.length; index++) total += this.tokens[index] as number;
    return total;
  }

  #grow(length: number): void {
    const capacity = Math.max(length, this.atMs.length * 2);
    const atMs = new Float64Array(capacity);
    atMs.set(this.atMs);
    this.atMs = atMs;
    const tokens = new Uint32Array(capacity);
    tokens.set(this.tokens);
    this.tokens = tokens;
  }
}
