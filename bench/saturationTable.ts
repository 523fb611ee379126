import { readFileSync, writeFileSync } from 'node:fs';
import { searchSaturation, trueSaturation } from '../test/criteria/searchSaturation.ts';
import { realSearches } from './realSearches.ts';
import { saturationServers } from './saturationServers.ts';

/**
 * `npx tsx bench/saturationTable.ts` writes the table of virtual time in docs/saturation.md, with `--real` (after
 * `npm run build`, about six minutes) that of real time.
 */
const page = new URL('../docs/saturation.md', import.meta.url);
const seeds = 20;
/** A level of a fixed ladder with as many requests has an interval as well. */
const perClient = 40;

if (process.argv.includes('--real')) {
  const heads = ['server', 'pace', 'true point', 'interval', 'holds', 'narrow', 'loads', 'seconds', 'why it stopped'];
  put('real time', table(heads, realSearches()));
} else {
  const heads = ['server', 'true point', 'holds', 'narrow', 'intervals', 'frugal', 'requests', 'fixed ladder'];
  put('virtual time', table(heads, virtualSearches()));
}

function virtualSearches(): readonly (readonly (string | number)[])[] {
  return saturationServers.map(([title, server]) => {
    const truth = trueSaturation(server);
    const results = Array.from({ length: seeds }, (_, seed) => searchSaturation(server, seed + 1));
    const intervals = results.map(({ saturation }) => saturation.clientsInterval ?? ([0, Infinity] as const));
    const holding = intervals.filter(([above, upTo]) => above < truth && truth <= upTo).length;
    const narrow = intervals.filter(([above, upTo]) => upTo <= 2 * Math.max(1, above)).length;
    const frugal = results.filter(({ loads, requests }) => requests <= fixedRequests(Math.max(...loads))).length;
    const mean = results.reduce((sum, { requests }) => sum + requests, 0) / seeds;
    const fixed = results.reduce((sum, { loads }) => sum + fixedRequests(Math.max(...loads)), 0) / seeds;
    const shown = [...new Set(intervals.map(([above, upTo]) => `${above}-${upTo}`))].join(', ');
    return [title, truth, holding, narrow, shown, frugal, Math.round(mean), Math.round(fixed)];
  });
}

function fixedRequests(largest: number): number {
  let clients = 0;
  for (let step = 1; step <= largest; step *= 2) {
    clients += step + (step > 1 && step * 1.5 <= largest ? step * 1.5 : 0);
  }
  return clients * perClient;
}

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts a table between the two comments that name it. */
function put(name: string, text: string): void {
  const [before, , after] = readFileSync(page, 'utf8').split(
    new RegExp(`(?<=<!-- ${name} -->\n)([\\s\\S]*?)(?=<!-- end of ${name} -->)`),
  );
  writeFileSync(page, `${before}${text}\n${after}`);
  process.stdout.write(`${text}\n`);
}
