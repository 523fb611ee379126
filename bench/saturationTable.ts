import { writeFileSync } from 'node:fs';
import { type SimulatedServer, searchSaturation, trueSaturation } from '../test/criteria/searchSaturation.ts';
import { parameters } from '../test/simulator/parameters.ts';

const jitter = { step_jitter: 0.2 };
const servers: readonly (readonly [title: string, server: SimulatedServer])[] = [
  ['4 slots', { options: parameters({ max_num_seqs: 4, ...jitter }), promptTokens: 64, outputTokens: 32 }],
  [
    '16 slots, short answers',
    { options: parameters({ max_num_seqs: 16, ...jitter }), promptTokens: 64, outputTokens: 16 },
  ],
  [
    '16 slots, long answers',
    { options: parameters({ max_num_seqs: 16, ...jitter }), promptTokens: 128, outputTokens: 96 },
  ],
  ['32 slots', { options: parameters({ max_num_seqs: 32, ...jitter }), promptTokens: 64, outputTokens: 32 }],
  ['64 slots', { options: parameters({ max_num_seqs: 64, ...jitter }), promptTokens: 32, outputTokens: 24 }],
  [
    '2400 KV tokens',
    {
      options: parameters({ max_num_seqs: 64, kv_cache_tokens: 2400, ...jitter }),
      promptTokens: 128,
      outputTokens: 64,
    },
  ],
];

const seeds = 20;
/** A level of a fixed ladder with as many requests has an interval as well. */
const perClient = 40;

const rows = servers.map(([title, server]) => {
  const truth = trueSaturation(server);
  const results = Array.from({ length: seeds }, (_, seed) => searchSaturation(server, seed + 1));
  const intervals = results.map(({ saturation }) => saturation.clientsInterval ?? ([0, Infinity] as const));
  const holding = intervals.filter(([above, upTo]) => above < truth && truth <= upTo).length;
  const narrow = intervals.filter(([above, upTo]) => upTo <= 2 * Math.max(1, above)).length;
  const frugal = results.filter(({ loads, requests }) => requests <= fixedRequests(Math.max(...loads))).length;
  const mean = results.reduce((sum, { requests }) => sum + requests, 0) / seeds;
  const fixed = results.reduce((sum, { loads }) => sum + fixedRequests(Math.max(...loads)), 0) / seeds;
  const shown = [...new Set(intervals.map(([above, upTo]) => `${above}-${upTo}`))].join(', ');
  return [title, truth, holding, narrow, shown, frugal, Math.round(mean), Math.round(fixed)].join(' | ');
});

function fixedRequests(largest: number): number {
  let clients = 0;
  for (let step = 1; step <= largest; step *= 2) {
    clients += step + (step > 1 && step * 1.5 <= largest ? step * 1.5 : 0);
  }
  return clients * perClient;
}

const page = `# The saturation point, and how far it can be trusted

<!-- The table is written by \`npx tsx bench/saturationTable.ts\`. -->

The saturation point is the smallest load whose throughput reaches 95 % of the plateau. A run reports an interval with it,
\`saturation.clientsInterval\` = [above, upTo]: *above* is the largest load that stays below 95 % of the plateau, *upTo* the
smallest that reaches it, each by Welch's test on the logarithm of the ratio at 97.5 %. Errors are those of ten batch means a
level. A load whose level is too short for them bounds nothing; where the plateau itself has none there is no interval.

\`--num_clients auto\` doubles the load until the largest brings, with 97.5 % confidence, less than 5 % over the best of the
smaller ones, until the two largest loads miss the objectives, or until \`--max_clients\`. Then it runs half-steps (3, 6, 12, 24 ...)
that lie within the interval, or between the first load that misses the objectives and the one before it, until none is left. A level goes on until half the width of its throughput's 95 % interval is under \`--precision\`, or \`--max_level_seconds\`.

## Under objectives

With \`--num_clients auto --objective 'p99(ttft) < 500ms'\` the requests of each level are counted as in
[the search for a rate](workloads.md#the-largest-rate-under-objectives): a load is *held* or *missed* once the interval of the share of
requests that kept every objective lies wholly to one side of the target, and *open* before. A level goes on until it is sure of
that as well, or \`--max_level_seconds\`. Two *missed* loads in a row end the search, which says so. The summary
(\`underObjectives\`) and the report then have the most clients that surely keep the objectives, below all that surely miss them. Any
closed loop with \`--objective\` has the same answer; with loads of a fixed ladder it is as fine as they are.

## Checked against the model of the embedded server

On virtual time, ${seeds} seeds for each set of parameters, lengths uniform within half their mean, steps with 20 % jitter. The true
point comes from long runs at every load that bisection visits. *Holds*: the true point is within the interval. *Narrow*: the
interval is no wider than one step of the ladder (factor 2). *Frugal*: no more requests than a fixed ladder 1, 2, 3, 4, 6, 8, 12 ...
up to the same load with ${perClient} requests a client, as an interval needs; both numbers of requests are means.

| server | true point | holds | narrow | intervals | frugal | requests | fixed ladder |
|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

## What it does not show

- A fixed ladder with the default 16 requests a client sends fewer requests than the search, and has no interval.
- Here a level that is not precise yet goes on twice as long each time; a run looks once a second, as its windows close.
- In these sets throughput bends at one load and stays flat behind it. A server whose throughput falls under load has its plateau
  at the load with the most throughput, and the interval is that of the rise before it.
- The search ends where the load generator is the limit, or levels fail, at two loads in a row. Then nothing is known of larger
  loads, and the report says so.
- A load that misses the objectives by little stays *open* until the level may not go on: then the ladder goes on, too.
`;
writeFileSync(new URL('../docs/saturation.md', import.meta.url), page);
process.stdout.write(page);
