import type { CompletionRequest } from './completionRequest.ts';

/** What is the same in all of an answer: a token's event is put together from these and its word. */
export interface AnswerFormat {
  /** Comes before the first token: the role in chat, else empty. */
  readonly opening: string;
  readonly beforeWord: string;
  readonly afterWord: string;
  readonly afterLastWord: string;
  /** Usage, where it was asked for, and the end of the stream. */
  readonly closing: string;
}

/** The events of a streamed answer, as vLLM writes them; words must need no escaping in JSON. */
export function answerFormat(request: CompletionRequest, id: string, created: number): AnswerFormat {
  const chat = request.endpoint === 'chat';
  const object = chat ? 'chat.completion.chunk' : 'text_completion';
  const head = `data: {"id":"${id}","object":"${object}","created":${created},"model":${JSON.stringify(request.model)},`;
  const word = chat ? '"delta":{"content":"' : '"text":"';
  const closeWord = chat ? '"}' : '"';
  const usage = request.includeUsage ? `${head}"choices":[],"usage":${usageOf(request)}}\n\n` : '';
  return {
    opening: chat
      ? `${head}"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}\n\n`
      : '',
    beforeWord: `${head}"choices":[{"index":0,${word}`,
    afterWord: `${closeWord},"logprobs":null,"finish_reason":null}]}\n\n`,
    afterLastWord: `${closeWord},"logprobs":null,"finish_reason":"length","stop_reason":null}]}\n\n`,
    closing: `${usage}data: [DONE]\n\n`,
  };
}

/** The body of an answer that is not streamed. */
export function wholeAnswer(request: CompletionRequest, id: string, created: number, text: string): string {
  const chat = request.endpoint === 'chat';
  const object = chat ? 'chat.completion' : 'text_completion';
  const content = JSON.stringify(text);
  const output = chat ? `"message":{"role":"assistant","content":${content}}` : `"text":${content}`;
  return (
    `{"id":"${id}","object":"${object}","created":${created},"model":${JSON.stringify(request.model)},` +
    `"choices":[{"index":0,${output},"logprobs":null,"finish_reason":"length","stop_reason":null}],` +
    `"usage":${usageOf(request)}}`
  );
}

function usageOf({ promptTokens, maxNewTokens }: CompletionRequest): string {
  const total = promptTokens + maxNewTokens;
  return `{"prompt_tokens":${promptTokens},"total_tokens":${total},"completion_tokens":${maxNewTokens}}`;
}
