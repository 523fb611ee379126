import { keptSecrets, masked, withoutSecrets } from '../core/secrets.ts';
import type { RunEvent } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';

/** Events in which the words of servers show no secret. */
export function maskedEvents(events: readonly RunEvent[]): readonly RunEvent[] {
  return hasNone() ? events : events.map((event) => (mayShowOne(event) ? masked(event) : event));
}

/** Most events have no words of servers, and are not copied. */
function mayShowOne(event: RunEvent): boolean {
  if (event.type !== 'request.completed') return 'message' in event;
  const { finishReason = '' } = event;
  return withoutSecrets(finishReason) !== finishReason;
}

/** Answers that show no secret: a server may repeat the headers that it was sent. */
export function maskedTexts(texts: readonly ExchangeText[]): readonly ExchangeText[] {
  return hasNone() ? texts : texts.map(maskedText);
}

function maskedText(text: ExchangeText): ExchangeText {
  const { answer, raw } = text;
  return { ...text, answer: withoutSecrets(answer), ...(raw === undefined ? {} : { raw: withoutSecrets(raw) }) };
}

function hasNone(): boolean {
  return keptSecrets().length === 0;
}
