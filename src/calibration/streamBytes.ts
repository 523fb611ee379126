/** The head of a streamed answer. */
export const streamHead = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
);

/** An event of the OpenAI completions stream that carries text. */
export function completionEvent(text: string, finishReason: 'length' | null = null): string {
  const choice = { index: 0, text, finish_reason: finishReason };
  return `data: ${JSON.stringify({ id: 'cmpl-0', object: 'text_completion', choices: [choice] })}\n\n`;
}

/** What follows the last chunk with text, framed: the finish reason, the usage, the end. */
export function streamTail(outputTokens: number): string {
  const usage = { prompt_tokens: 32, completion_tokens: outputTokens, total_tokens: 32 + outputTokens };
  const events = [
    completionEvent('', 'length'),
    `data: {"choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
    'data: [DONE]\n\n',
  ];
  return `${framed(events.join(''))}0\r\n\r\n`;
}

/** A chunk of HTTP's chunked transfer coding. @param text of one byte a character */
export function framed(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
