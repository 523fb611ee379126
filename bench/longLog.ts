import { holds, renderFindings } from './findings.ts';
import { measureOfflineVerbs } from './offlineVerbs.ts';

/**
 * `npx tsx bench/longLog.ts 10000000`, after `npm run build`: what replay and report take of a log of so many streamed
 * requests, each in a process of its own. Their memory must not grow with the log; their CPU time does, and is not judged.
 */
const requests = Number(process.argv[2] ?? 10_000_000);
const memory = (await measureOfflineVerbs(requests, ['replay', 'report'])).filter(({ unit }) => unit === 'MB');
console.log(`${requests} requests\n${renderFindings(memory)}`);
if (memory.some((finding) => !holds(finding, 'floor'))) process.exitCode = 1;
