import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../src/commands/machineFacts.ts';
import { wallClock } from '../src/core/clock.ts';
import { type BenchRun, renderAgainst } from './against.ts';
import { type Finding, holds, renderFindings } from './findings.ts';
import { measureHeavyItems } from './heavyItems.ts';
import { measureLogAndPrompts } from './logAndPrompts.ts';
import { measureMemory } from './memory.ts';
import { measureOfflineVerbs } from './offlineVerbs.ts';
import { measurePacedStreams } from './pacedStreams.ts';
import { pinned } from './pinning.ts';
import { measureRates } from './rates.ts';
import { measureReplay } from './replay.ts';
import { measureSmallAnswers } from './smallAnswers.ts';
import { measureStartup } from './startup.ts';
import { measureWatching } from './watching.ts';

const method = `How this is measured: loopback, one null server, and in turn the clients of it: bare ones with the least
possible handling, and the tool as a user runs it (log, texts, result files and all). Each is in processes of its
own; runs of the clients alternate, and every figure is the median of its repeats, with the smallest and largest beside it.
Where it says "against", it is the median of ratios: each run of the tool is divided by the bare client's runs next to
it, since machines are slower at one time than at another. CPU time is that of whole processes, from /proc, over the
stretch from 30 to 95 % of a run's requests (before it both are still being compiled). A floor that is missed fails the
bench; a goal that is missed is told.
${pinned ? 'The server has core 1 for itself; a client with all its processes has core 0, or all cores but 1 where there are more.' : 'Nothing is pinned: taskset or a second core is missing.'}
(a) 64 clients, prompts of 32 tokens, answers of 8, not streamed.
(b) 512 streams that start at once, first chunk after 200 ms, then one every 20 ms. The server writes its
    own stamps into the texts: error of TTFT = |(first chunk - sent) - (first chunk left - request came)|,
    error of a gap = |gap of arrivals - gap of the server's stamps|. (paced) The same with 128, 1,000 and 5,000 streams.
(c) Resident memory over one long level (VmRSS); the growth of main without pages of files (RssAnon), since it
    has the log mapped, which grows by design. (d) From the command to the first request at the server.
(e) A made-up log of streamed requests of 8 chunks, three events each (an event is what the log numbers), replayed from
    disk to its summary; then every verb on that log, each in a process of its own.
(log) Writing that log; drawing prompts. (rates) Requests a second by 1, 64 and 512 clients, beside raw sockets, undici
    and wrk, which measure nothing. (heavy) Bursts of chunks, one huge chunk, prompts of 8k and 100k tokens.
(ui) The streams of (b), in turn with --ui live in a terminal of its own and with --ui none: how far the medians of
     the errors lie apart, by the smaller of the two spreads (largest less smallest of the runs).`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    repeats: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    against: { type: 'string' },
    to: { type: 'string' },
  },
  allowPositionals: false,
});
const { quick } = values;
const repeats = Number(values.repeats ?? (quick ? 3 : 5));
const logRequests = quick ? 200_000 : 1_000_000;
/** Of what has no floor: as many as ten minutes leave time for, unless more are asked for. */
const few = Number(values.repeats ?? 3);

const [firstMs, gapMs] = [200, 20];
const ratio = { floor: 1.5, goal: 1.2 };
const of512 = { ratio, paceOff: { floor: 0.01 }, sendSpreadMs: { goal: 100 } };

/** The floors, which are all of a quick run, then what is there to be seen. */
const floors: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
  a: () => measureSmallAnswers(repeats, quick ? 40_000 : 80_000),
  b: () => measurePacedStreams('b', { streams: 512, firstMs, gapMs, chunks: 150 }, repeats, of512),
  c: () => measureMemory(200_000, quick ? 1 : few),
  d: () => measureStartup(repeats),
  e: () => measureReplay(logRequests, 3),
};
const views: typeof floors = {
  verbs: () => measureOfflineVerbs(logRequests),
  log: () => measureLogAndPrompts(200_000, repeats),
  rates: () => measureRates(few, 24_000),
  paced: async () => [
    ...(await measurePacedStreams('paced', { streams: 128, firstMs, gapMs, chunks: 100 }, few, {})),
    ...(await measurePacedStreams('paced', { streams: 1000, firstMs, gapMs: 50, chunks: 60 }, few, {
      gapP99Ms: { goal: 10 },
    })),
    ...(await measurePacedStreams('paced', { streams: 5000, firstMs, gapMs: 200, chunks: 20 }, few, {
      memoryMb: { goal: 400 },
    })),
  ],
  heavy: () => measureHeavyItems(few),
  ui: () => measureWatching(repeats, 100),
};

console.log(method);
const findings: Finding[] = [];
const asked =
  values.only.length > 0
    ? Object.entries({ ...floors, ...views }).filter(([part]) => values.only.includes(part))
    : Object.entries(quick ? floors : { ...floors, ...views });
for (const [, measure] of asked) {
  const measured = await measure();
  console.log(`\n${renderFindings(measured)}`);
  findings.push(...measured);
}

const { version, machine } = describeMachine();
const run: BenchRun = { at: wallClock().toISOString(), quick, pinned, version, machine, findings };
const folder = fileURLToPath(new URL('./results', import.meta.url));
const path = values.to ?? join(folder, `${run.at.replace(/[:.]/g, '-')}.json`);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(run, undefined, 2)}\n`);
if (values.against !== undefined) {
  console.log(`\n${renderAgainst(JSON.parse(readFileSync(values.against, 'utf8')) as BenchRun, run)}`);
}
const missed = (kind: 'floor' | 'goal') => findings.filter((finding) => !holds(finding, kind)).length;
const told = (kind: 'floor' | 'goal') => findings.filter((finding) => finding[kind] !== undefined).length;
const counts = (['floor', 'goal'] as const).map(
  (kind) => `${told(kind) - missed(kind)} of ${told(kind)} ${kind}s hold`,
);
console.log(`\n${counts.join(', ')}. Kept in ${path}`);
process.exitCode = missed('floor') === 0 ? 0 : 1;
