import type { AnswerRecord, Failure, ResponseReader } from './client.ts';
import { decodeReply, type FastgenReply } from './fastgenMessages.ts';
import { GrpcFrames } from './grpcFrames.ts';

const unfinished = 'none';

/**
 * Reads MII's answers. A stream is one message a token, also where its text is held back, then one without text and with
 * the reason of the end. When the cache of the server is full it starts a sequence anew: then the prompt grows by what was
 * generated, and the count begins again; so tokens are summed up step by step, and the first prompt is the prompt.
 */
export class FastgenReader implements ResponseReader<Uint8Array> {
  readonly #streaming: boolean;
  readonly #answer: AnswerRecord;
  readonly #frames = new GrpcFrames((message) => this.#readMessage(message));
  #atMs = 0;
  #promptTokens: number | undefined;
  #tokens = 0;
  /** The server's count in the message before. */
  #saidTokens = 0;
  #isFinished = false;

  constructor(streaming: boolean, answer: AnswerRecord) {
    this.#streaming = streaming;
    this.#answer = answer;
  }

  read(piece: Uint8Array, atMs: number): Failure | undefined {
    this.#atMs = atMs;
    return this.#frames.push(piece);
  }

  end(): Failure | undefined {
    if (!this.#frames.isWhole) return truncated('the answer ended within a message');
    // The load balancer ends a stream in good order even where its replica failed.
    return this.#isFinished ? undefined : truncated('the answer ended without a finish reason');
  }

  #readMessage(message: Buffer): Failure | undefined {
    if (this.#isFinished) return undefined;
    const reply = decodeReply(message);
    if (reply === undefined) return { kind: 'protocol', reason: 'noText', message: 'a reply holds no answer' };
    this.#promptTokens ??= reply.prompt_tokens;
    this.#answer.event(this.#atMs);
    this.#isFinished = reply.finish_reason !== unfinished && reply.finish_reason !== '';
    if (this.#streaming) this.#readStep(reply);
    else if (this.#isFinished) this.#answer.wholeText(reply.response, JSON.stringify(reply));
    if (!this.#isFinished) return undefined;
    const tokens = this.#streaming ? this.#tokens : reply.generated_tokens;
    // A count that was not sent reads as 0, which no text can have.
    if (tokens > 0 || reply.response === '') this.#answer.counted(tokens, 'usage', this.#promptTokens);
    this.#answer.finished(reply.finish_reason);
    return undefined;
  }

  #readStep({ response, generated_tokens }: FastgenReply): void {
    const more = generated_tokens - this.#saidTokens;
    this.#saidTokens = generated_tokens;
    const tokens = Math.max(more, this.#isFinished ? 0 : 1);
    if (tokens === 0 && response === '') return; // only the reason of the end
    this.#tokens += tokens;
    this.#answer.output(this.#atMs, response, tokens);
  }
}

function truncated(message: string): Failure {
  return { kind: 'stream', reason: 'truncated', message };
}
