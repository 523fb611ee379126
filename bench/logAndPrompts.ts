import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeOptions } from '../src/config/runOptions.ts';
import { loadTokenizer } from '../src/workload/loadTokenizer.ts';
import { createPromptPreparer } from '../src/workload/preparePrompts.ts';
import { promptText } from '../src/workload/promptDeck.ts';
import { type Finding, found } from './findings.ts';
import { chunksPerEvent, writeMadeUpLog } from './madeUpLog.ts';

/** The log alone: what writing an event takes, packing and all, and how large it is on disk. Then the prompts. */
export async function measureLogAndPrompts(requests: number, repeats: number): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  const micros: number[] = [];
  let bytes = 0;
  try {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const path = join(folder, `${repeat}.mdb`);
      const before = process.cpuUsage();
      const events = await writeMadeUpLog(path, requests);
      micros.push(microsSince(before) / events);
      bytes = statSync(path).size / events;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const limit = 120 + 8 * chunksPerEvent;
  const detail = `120 an event and 8 a chunk, of which there are ${chunksPerEvent.toFixed(2)} an event`;
  return [
    found('log', 'CPU time of writing, an event', 'us', micros, {}, 'made, packed and stored'),
    found('log', 'size on disk, an event', 'B', [bytes], { goal: limit }, detail),
    ...(await measurePrompts(repeats)),
  ];
}

/** Drawing a prompt and making its text, as workers do while the load runs. */
async function measurePrompts(repeats: number): Promise<readonly Finding[]> {
  const tokenizer = await loadTokenizer('o200k_base');
  const findings: Finding[] = [];
  for (const [tokens, count] of [
    [32, 100_000],
    [1024, 5000],
    [8192, 600],
  ] as const) {
    const options = completeOptions({ api: 'dummy', model: 'bench', prompt_length: tokens });
    const { deck, source } = await createPromptPreparer()(options, tokenizer, 1);
    const rates: number[] = [];
    for (let repeat = 0; repeat <= repeats; repeat++) {
      const before = process.cpuUsage();
      for (let request = 0; request < count; request++) promptText(source.text, deck.draw(request, false).slices);
      rates.push((count * 1e6) / microsSince(before));
    }
    findings.push(found('log', `prompts of ${tokens} tokens, drawn and cut`, 'prompts/s', rates.slice(1)));
  }
  return findings;
}

function microsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
