import type { AnswerWriter } from '../answerWriter.ts';
import type { Fault } from './fault.ts';

/** Faults that change what an answer says, or how its events are written down. */
export const rewrites = {
  crlf: rewriting('ends the lines of its events in CRLF', (text) => text.replaceAll('\n', '\r\n')),
  comments: rewriting('puts comments between its events', (text) =>
    text.replaceAll('data: ', ': keep-alive\n\ndata: '),
  ),
  empty_chunks: rewriting('sends an event without text before each with', (text) =>
    text.replace(/^data: .*"(?:text|content)":"[^"]+".*$/gm, (event) => `${withoutText(event)}\n\n${event}`),
  ),
  reasoning: rewriting('calls the text of a chat reasoning', (text) =>
    text.replace(/"content":(?="[^"]+")/g, '"reasoning_content":'),
  ),
  no_usage: rewriting('leaves the usage out', (text) =>
    text.replace(/^data: .*"choices":\[\],"usage":.*\n\n/gm, '').replace(/,"usage":\{[^}]*\}/g, ''),
  ),
  wrong_usage: rewriting('reports twice the tokens that it sent', (text) =>
    text.replace(/"completion_tokens":(\d+)/g, (_, count) => `"completion_tokens":${2 * Number(count)}`),
  ),
  half_event: rewriting('breaks off an event and goes on with the next', (text) =>
    text.replace(/^data: /m, 'data: {"choices":[{"te\n\ndata: '),
  ),
} satisfies Record<string, Fault>;

function rewriting(does: string, rewrite: (text: string) => string): Fault {
  return {
    does,
    alter: (writer): AnswerWriter => ({
      begin: () => writer.begin(),
      write: (events) => writer.write(rewrite(events)),
      end: (events) => writer.end(rewrite(events)),
      whole: (body) => writer.whole(rewrite(body)),
    }),
  };
}

function withoutText(event: string): string {
  return event.replace(/"(text|content)":"[^"]+"/, '"$1":""');
}
