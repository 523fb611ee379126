import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../src/commands/machineFacts.ts';
import { wallClock } from '../src/core/clock.ts';
import { type Finding, renderFindings } from './findings.ts';
import { measureMemory } from './memory.ts';
import { measureOfflineVerbs } from './offlineVerbs.ts';
import { measurePacedStreams } from './pacedStreams.ts';
import { pinned } from './pinning.ts';
import { measureReplay } from './replay.ts';
import { measureSmallAnswers } from './smallAnswers.ts';
import { measureStartup } from './startup.ts';
import { measureWatching } from './watching.ts';

const method = `How this is measured: loopback, one null server, and in turn two clients of it: undici's bare
Pool.dispatch with the least possible handler, and the tool as a user runs it (log, texts, result files and
all). Each is in processes of its own; runs of the two alternate. Where it says "against", the value is the
median of ratios: each run of the tool is divided by the bare client's runs next to it.
${pinned ? 'The server has core 1 for itself; a client with all its processes shares core 0.' : 'Nothing is pinned: taskset or a second core is missing.'}
(a) 64 clients, prompts of 32 tokens, answers of 8, not streamed; CPU time of whole processes, from /proc,
    over the stretch from 30 to 95 % of a run's requests (before it both are still being compiled).
(b) 512 streams that start at once, first chunk after 200 ms, then one every 20 ms. The server writes its
    own stamps into the texts: error of TTFT = |(first chunk - sent) - (first chunk left - request came)|,
    error of a gap = |gap of arrivals - gap of the server's stamps|.
(c) Resident memory over one long level (VmRSS); the growth of main without pages of files (RssAnon), since it
    has the log mapped, which grows by design. (d) From the command to the first request at the server.
(e) A made-up log of streamed requests of 8 chunks, three events each (an event is what the log numbers), replayed from
    disk to its summary; then every verb on that log, each in a process of its own.
(ui) The streams of (b), in turn with --ui live in a terminal of its own and with --ui none: how far the medians of
     the errors lie apart, by the smaller of the two spreads (largest less smallest of the runs).`;

const quick = process.argv.includes('--quick');
const logRequests = quick ? 200_000 : 1_000_000;

const parts: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
  a: () => (quick ? measureSmallAnswers(3, 100_000) : measureSmallAnswers(7, 120_000)),
  b: () => (quick ? measurePacedStreams(3, 100) : measurePacedStreams(5, 150)),
  c: () => measureMemory(200_000),
  d: () => measureStartup(quick ? 3 : 7),
  e: async () => [...(await measureReplay(logRequests, 3)), ...(await measureOfflineVerbs(logRequests))],
  ui: () => (quick ? measureWatching(3, 100) : measureWatching(7, 150)),
};
/** `npm run bench -- --only a b`: these parts alone. */
const only = process.argv.includes('--only') ? process.argv.slice(process.argv.indexOf('--only') + 1) : [];

console.log(method);
const findings: Finding[] = [];
for (const [part, measure] of Object.entries(parts)) {
  if (only.length > 0 && !only.includes(part)) continue;
  const found = await measure();
  console.log(`\n${renderFindings(found)}`);
  findings.push(...found);
}

const { version, machine } = describeMachine();
const missed = findings.filter(({ holds }) => !holds).length;
const at = wallClock().toISOString();
const folder = fileURLToPath(new URL('./results', import.meta.url));
const path = join(folder, `${at.replace(/[:.]/g, '-')}.json`);
mkdirSync(folder, { recursive: true });
writeFileSync(path, `${JSON.stringify({ at, quick, pinned, version, machine, findings }, undefined, 2)}\n`);
console.log(`\n${findings.length - missed} of ${findings.length} floors hold. Kept in ${path}`);
process.exitCode = missed === 0 ? 0 : 1;
