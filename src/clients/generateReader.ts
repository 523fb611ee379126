import { messageOf } from '../core/errors.ts';
import type { AnswerRecord, Failure, ResponseReader } from './client.ts';
import { withoutEcho } from './withoutEcho.ts';

/** A line of an answer. The text is the prompt, followed by all of the output so far. */
interface GenerateLine {
  readonly text?: readonly string[] | string;
  readonly error?: unknown;
}

const noBytes = Buffer.alloc(0);

/**
 * Reads an answer of vLLM's old `/generate`: JSON objects, each ended by LF or, in older versions, by NUL; neither can
 * stand inside JSON. Each repeats the prompt and the output so far. There is no usage and no mark of the end, so tokens
 * are left to our tokenizer, and an answer is whole when its last object is.
 */
export class GenerateReader implements ResponseReader<Uint8Array> {
  readonly #prompt: string;
  readonly #streaming: boolean;
  readonly #answer: AnswerRecord;
  #tail: Buffer = noBytes;
  #atMs = 0;
  #output = '';
  #lines = 0;

  constructor(prompt: string, streaming: boolean, answer: AnswerRecord) {
    this.#prompt = prompt;
    this.#streaming = streaming;
    this.#answer = answer;
  }

  read(piece: Uint8Array, atMs: number): Failure | undefined {
    this.#atMs = atMs;
    const bytes = this.#tail.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#tail, piece]);
    let start = 0;
    for (let at = start; at < bytes.length; at++) {
      if (bytes[at] !== 0 && bytes[at] !== 0x0a) continue;
      const failure = this.#readLine(bytes.toString('utf8', start, at));
      if (failure !== undefined) return failure;
      start = at + 1;
    }
    this.#tail = bytes.subarray(start);
    return undefined;
  }

  end(): Failure | undefined {
    const failure = this.#readLine(this.#tail.toString('utf8'));
    if (failure?.reason === 'notJson') {
      return { kind: 'stream', reason: 'truncated', message: 'the answer ended within a line' };
    }
    if (failure !== undefined) return failure;
    return this.#lines > 0 ? undefined : { kind: 'stream', reason: 'emptyBody', message: 'the answer is empty' };
  }

  #readLine(line: string): Failure | undefined {
    if (line.trim() === '') return undefined;
    let parsed: GenerateLine;
    try {
      parsed = JSON.parse(line) as GenerateLine;
    } catch (thrown) {
      return { kind: 'protocol', reason: 'notJson', message: messageOf(thrown) };
    }
    const text = typeof parsed.text === 'string' ? parsed.text : parsed.text?.[0];
    if (text === undefined) return withoutText(parsed);
    this.#lines++;
    return this.#readOutput(withoutEcho(text, this.#prompt), line);
  }

  #readOutput(output: string, line: string): Failure | undefined {
    if (!this.#streaming) {
      this.#answer.wholeText(output, line);
      return undefined;
    }
    if (!output.startsWith(this.#output)) {
      return { kind: 'protocol', reason: 'notCumulative', message: 'a line does not begin with the text before it' };
    }
    // A line without new text is a token whose characters are held back.
    this.#answer.output(this.#atMs, output.slice(this.#output.length));
    this.#output = output;
    return undefined;
  }
}

function withoutText({ error }: GenerateLine): Failure {
  if (error === undefined) return { kind: 'protocol', reason: 'noText', message: 'a line has no text' };
  return { kind: 'stream', reason: 'errorEvent', message: typeof error === 'string' ? error : JSON.stringify(error) };
}
