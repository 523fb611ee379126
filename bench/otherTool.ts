import { readFileSync } from 'node:fs';
import { joinStamps, type SeenStream } from '../src/calibration/streamErrors.ts';
import { median, quantile } from './median.ts';

/**
 * `npx tsx bench/otherTool.ts RESULT.json`: the errors of another tool against the stamps of the null server, out of the texts that
 * it kept. RESULT.json is what `vllm bench serve --save-result --save-detailed` writes.
 */
interface VllmResult {
  /** In seconds. */
  readonly ttfts: readonly number[];
  readonly itls: readonly (readonly number[])[];
  readonly generated_texts: readonly string[];
}

const [file = ''] = process.argv.slice(2);
const { ttfts, itls, generated_texts: texts } = JSON.parse(readFileSync(file, 'utf8')) as VllmResult;
const streams = texts.map((answer, index) => seenStream(answer, ttfts[index] ?? Number.NaN, itls[index] ?? []));
const errors = joinStamps(streams);
const rows = [
  ['TTFT', errors.ttftMs],
  ['gaps', errors.gapMs],
] as const;
process.stdout.write('| figure | error at p50 | error at p99 |\n|---|---|---|\n');
for (const [name, values] of rows) {
  process.stdout.write(`| ${name} | ${median(values).toFixed(2)} ms | ${quantile(values, 0.99).toFixed(2)} ms |\n`);
}
process.stdout.write(
  `\n${streams.length} streams; TTFT measured as ${median(errors.measuredTtftMs).toFixed(1)} ms at p50\n`,
);

/** It counts gaps up to the finish event, which has no text: those behind the last text are left out. */
function seenStream(answer: string, ttft: number, gaps: readonly number[]): SeenStream {
  const chunks = answer.trim().split(' ').length - 1;
  let atMs = ttft * 1000;
  const chunkAtMs = [atMs];
  for (const gap of gaps.slice(0, chunks - 1)) {
    atMs += gap * 1000;
    chunkAtMs.push(atMs);
  }
  return { sentAtMs: 0, chunkAtMs, answer };
}
