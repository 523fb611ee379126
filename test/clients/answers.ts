import type { AnswerRecord, Failure, ResponseReader } from '../../src/clients/client.ts';
import { OpenaiReader } from '../../src/clients/openaiReader.ts';

/** What a reader said of one answer. */
export interface ReadAnswer {
  text: string;
  raw?: string;
  outputs: { atMs: number; text: string; tokens?: number }[];
  firstEventAtMs?: number;
  outputTokens?: number;
  promptTokens?: number;
  source?: string;
  finish?: string;
  failure?: Failure;
}

type MakeReader = (answer: AnswerRecord) => ResponseReader<Uint8Array>;

/** Reads pieces that arrive at 1, 2, 3 ... ms. */
export function readAnswer(
  pieces: readonly Uint8Array[],
  makeReader: MakeReader = (answer) => new OpenaiReader(answer),
): ReadAnswer {
  const answer: ReadAnswer = { text: '', outputs: [] };
  const record: AnswerRecord = {
    event: (atMs) => {
      answer.firstEventAtMs ??= atMs;
    },
    output: (atMs, text, tokens) => {
      answer.text += text;
      answer.outputs.push(tokens === undefined ? { atMs, text } : { atMs, text, tokens });
    },
    wholeText: (text, raw) => Object.assign(answer, { text, raw }),
    counted: (outputTokens, source, promptTokens) =>
      Object.assign(answer, { outputTokens, source }, promptTokens === undefined ? {} : { promptTokens }),
    finished: (finish) => Object.assign(answer, { finish }),
  };
  const reader = makeReader(record);
  let failure: Failure | undefined;
  pieces.forEach((piece, index) => {
    failure ??= reader.read(piece, index + 1);
  });
  failure ??= reader.end();
  return failure === undefined ? answer : { ...answer, failure };
}

/** Server-sent events, one a piece. */
export function events(...data: (object | string)[]): Uint8Array[] {
  return data.map((event) => Buffer.from(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`));
}
