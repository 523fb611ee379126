import type { ChatMessage } from '../clients/client.ts';
import type { ConversationOrder } from '../workload/conversations.ts';
import { type PlannedRequest, promptText } from '../workload/promptDeck.ts';
import type { RequestSource } from './loopSteps.ts';

/** How the texts of requests are cut from their source. */
export function textsOf(
  text: string,
  conversations?: ConversationOrder,
): Pick<RequestSource, 'promptOf' | 'earlierOf'> {
  if (conversations === undefined) return { promptOf: ({ slices }) => promptText(text, slices) };
  const message = ({ slices }: PlannedRequest, at: number) => text.slice(slices[at], slices[at + 1]);
  return {
    promptOf: (planned) => message(planned, planned.slices.length - 2),
    earlierOf(planned) {
      const earlier: ChatMessage[] = [];
      for (let at = 0; at + 2 < planned.slices.length; at += 2) {
        earlier.push({ role: at % 4 === 0 ? 'user' : 'assistant', content: message(planned, at) });
      }
      return earlier;
    },
  };
}
