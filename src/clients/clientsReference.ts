import type { Abilities } from './adapter.ts';
import { registry } from './registry.ts';

const head = `# Clients

<!-- Generated from the registry by \`npm run docs\`: change what the clients declare (src/clients). -->

What \`--api\` takes. A client of yours is the path of its module: [adding a client](adding-a-client.md).

Output lengths are *forced* (an answer has exactly the drawn length), *asked* (some servers keep it) or *capped* (only a
limit). The token source is the best one that its servers give; where an answer lacks it, the next best is taken: usage,
token ids, the tokenizer of the run, chunks. Every answer's source is in the log. Conversations of a dataset are held, turn by turn,
by those that say yes; over the OpenAI API with \`--endpoint chat\` or \`responses\`.

| api | protocol | streamed | managed | output length | token source | flushes prefix cache | conversations | tested against |
|---|---|---|---|---|---|---|---|---|
`;

/** The table of clients, as Markdown. */
export async function renderClientsReference(): Promise<string> {
  const rows = Object.entries(registry).map(async ([api, { load }]) => rowOf(api, (await load()).abilities));
  return `${head}${(await Promise.all(rows)).join('\n')}\n`;
}

function rowOf(api: string, abilities: Abilities): string {
  const { protocol, streams, managesServer, outputLength, tokenSource, flushesPrefixCache, testedAgainst } = abilities;
  const { conversations = false } = abilities;
  const cells = [
    `\`${api}\``,
    protocol,
    yesNo(streams),
    yesNo(managesServer),
    outputLength,
    sourceWords[tokenSource],
    yesNo(flushesPrefixCache),
    yesNo(conversations),
    testedAgainst,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const sourceWords: Readonly<Record<Abilities['tokenSource'], string>> = {
  usage: 'usage',
  tokenIds: 'token ids',
  tokenizer: 'tokenizer',
  chunks: 'chunks',
};

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
