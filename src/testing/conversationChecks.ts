import { ok } from 'node:assert/strict';
import type { RequestSpec } from '../clients/client.ts';
import { expectWhole } from './answerChecks.ts';
import { type Clause, clause } from './clause.ts';
import { specOf } from './contractBench.ts';
import { noAddress } from './relay.ts';

const said = ['how-long-is-the-queue', 'as-long-as-a-dream', 'and-who-stands-in-it'] as const;

/** What a client sends of a conversation, which the relay sees. */
export const conversationChecks: readonly Clause[] = [
  clause('a turn of a conversation brings along what was said before, in its order', async (bench) => {
    const { abilities, conversationObstacle } = bench.subject.adapter;
    if (abilities.conversations !== true) return 'it holds no conversations';
    const obstacle = conversationObstacle?.(bench.settings());
    if (obstacle !== undefined) return `it ${obstacle}`;
    const relay = await bench.relay();
    if (relay === undefined) return noAddress;
    const [first, answer, prompt] = said;
    const earlier = [
      { role: 'user', content: first },
      { role: 'assistant', content: answer },
    ] as const;
    const spec: RequestSpec = { ...specOf(5), prompt, earlier };
    relay.reset();
    await bench.withClient({}, async (client) => expectWhole(await bench.exchange(client, spec)));
    const places = said.map((words) => relay.asked.indexOf(words));
    const isOrdered = places.every((place, index) => place > (places[index - 1] ?? -1));
    ok(isOrdered, `what was said is not in the request, one behind the other: ${places.join(', ')}`);
    return undefined;
  }),
];
