import { vectorFinish } from '../events/emptyAnswer.ts';
import { AnswerPieces } from './answerPieces.ts';
import { parseEnvelope } from './apiEnvelope.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';

interface EmbeddingsBody {
  readonly data?: readonly { readonly embedding?: string | readonly number[] }[];
  readonly usage?: { readonly prompt_tokens?: number } | null;
}

/** Reads an answer of `/v1/embeddings`: one body with a vector, and no output tokens. */
export class EmbeddingsReader implements ResponseReader<Uint8Array> {
  readonly #answer: AnswerRecord;
  readonly #pieces = new AnswerPieces(() => {});

  constructor(answer: AnswerRecord) {
    this.#answer = answer;
  }

  read(piece: Uint8Array): Failure | undefined {
    return this.#pieces.push(piece);
  }

  end(): Failure | undefined {
    const text = this.#pieces.end();
    if (text === undefined) {
      const reason = this.#pieces.isEmpty ? 'emptyBody' : 'notJson';
      return { kind: 'protocol', reason, message: 'expected one JSON object with a vector' };
    }
    const body = parseEnvelope<EmbeddingsBody>(text);
    if ('failure' in body) return body.failure;
    if ((body.data?.[0]?.embedding?.length ?? 0) === 0) {
      return { kind: 'protocol', reason: 'noVector', message: 'the answer has no vector' };
    }
    this.#answer.wholeText('', text);
    this.#answer.counted(0, 'usage', body.usage?.prompt_tokens);
    this.#answer.finished(vectorFinish);
    return undefined;
  }
}
