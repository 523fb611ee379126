import { nameOf } from '../src/criteria/comparedFigure.ts';
import { compareRuns, type FigureVerdict } from '../src/criteria/compareRuns.ts';
import type { SimulatorOptions } from '../src/simulator/simulatorOptions.ts';
import { comparedRun } from '../test/criteria/comparedRun.ts';
import { parameters } from '../test/simulator/parameters.ts';
import type { SimulatedLoad } from '../test/simulator/simulatedLevel.ts';

/**
 * `npx tsx bench/compareRates.ts [pairs] [number of a case]`: how often `compare` is wrong where nothing differs, and how often it finds a
 * server whose steps take 10 % longer. It prints the table of docs/compare.md.
 */
interface Case {
  readonly name: string;
  readonly server: Partial<SimulatorOptions>;
  readonly clients: readonly number[];
  readonly load: Omit<SimulatedLoad, 'seed' | 'clients' | 'level'>;
}

const short = { requestsPerClient: 60, promptTokens: 64, outputTokens: 32 };
const long = { ...short, outputTokens: 128 };
const jitter = { step_jitter: 0.2 };
const cases: readonly Case[] = [
  { name: '4 slots', server: { ...jitter, max_num_seqs: 4 }, clients: [2, 4, 8], load: short },
  { name: '16 slots, short answers', server: jitter, clients: [4, 16, 24], load: short },
  { name: '16 slots, long answers', server: jitter, clients: [4, 16, 24], load: long },
  { name: '16 slots, no jitter', server: {}, clients: [4, 16, 24], load: short },
  { name: '1200 KV tokens', server: { ...jitter, kv_cache_tokens: 1200 }, clients: [4, 12, 24], load: short },
  { name: '2 % of the requests fail', server: jitter, clients: [4, 16, 24], load: { ...short, failureRatio: 0.02 } },
  {
    name: '4 slots, 200 requests a client',
    server: { ...jitter, max_num_seqs: 4 },
    clients: [2, 4, 8],
    load: { ...short, requestsPerClient: 200 },
  },
];
const shown = [
  'requests_per_s',
  'output_tokens_per_s',
  'mean(ttft)',
  'mean(tpot)',
  'mean(e2e)',
  'p50(e2e)',
  'p90(e2e)',
];
const slowness = 1.1;
/** The rules were chosen on smaller seeds. */
const firstSeed = 100_000;

const pairs = Number(process.argv[2] ?? 100);
const only = process.argv[3];
const head = ['server', 'equal runs with a verdict', ...shown];
process.stdout.write(`| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n`);
let wrong = 0;
for (const [number, { name, server, clients, load }] of cases.entries()) {
  if (only !== undefined && Number(only) !== number) continue;
  const usual = parameters(server);
  const slower = parameters({
    ...usual,
    step_base_ms: usual.step_base_ms * slowness,
    step_per_seq_ms: usual.step_per_seq_ms * slowness,
    step_per_prefill_token_ms: usual.step_per_prefill_token_ms * slowness,
  });
  let withVerdict = 0;
  const found = new Map<string, number>();
  const asked = new Map<string, number>();
  for (let pair = 0; pair < pairs; pair++) {
    const [before, equal, slow] = [usual, usual, slower].map((options, index) =>
      comparedRun(options, clients, { ...load, seed: firstSeed * (number + 1) + 3 * pair + index }),
    );
    if (before === undefined || equal === undefined || slow === undefined) break;
    if (verdictsOf(before, equal).some(([, verdict]) => verdict === 'better' || verdict === 'worse')) withVerdict++;
    for (const [figure, verdict] of verdictsOf(before, slow)) {
      if (verdict === 'unknown') continue;
      asked.set(figure, (asked.get(figure) ?? 0) + 1);
      if (verdict === 'worse') found.set(figure, (found.get(figure) ?? 0) + 1);
    }
  }
  wrong += withVerdict;
  const rates = shown.map((figure) => `${Math.round((100 * (found.get(figure) ?? 0)) / (asked.get(figure) ?? 1))} %`);
  process.stdout.write(`| ${[name, `${withVerdict} of ${pairs}`, ...rates].join(' | ')} |\n`);
}
process.stdout.write(
  `\nEqual runs with a verdict, over all: ${wrong} of ${pairs * (only === undefined ? cases.length : 1)}\n`,
);

function verdictsOf(
  before: ReturnType<typeof comparedRun>,
  after: ReturnType<typeof comparedRun>,
): readonly (readonly [figure: string, verdict: FigureVerdict])[] {
  return compareRuns([before, after], [0.5, 0.9, 0.99], []).flatMap(({ levels }) =>
    levels.flatMap(({ figures }) => figures.map(({ figure, verdict }) => [nameOf(figure), verdict] as const)),
  );
}
