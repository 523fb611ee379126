import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { completeOptions } from '../../src/config/runOptions.ts';
import { replay } from '../../src/criteria/replay.ts';
import { packBatch } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/events.ts';
import { untilDamage } from '../../src/events/logDamage.ts';
import { importers } from '../../src/imports/importers.ts';
import { createLmdbLog, openLmdbLog } from '../../src/sinks/lmdbLog.ts';
import { createResultFiles } from '../../src/sinks/resultFiles.ts';
import { runLog } from '../metrics/runLog.ts';
import { harmed, harms, refusing, type Swap, swapped, swaps, tries } from './fuzzing.ts';

const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = completeOptions({});
const events = runLog({ seed: 3, planned: 150 }, [2, 3]).map(({ seq: _seq, ...event }) => event as RunEvent);

async function writtenLog(): Promise<Buffer> {
  const path = join(folder, 'whole.mdb');
  const log = createLmdbLog(path);
  for (let from = 0; from < events.length; from += 100) await log.append(packBatch(events.slice(from, from + 100)));
  await log.close();
  return readFileSync(path);
}

test('a log that came to harm is read up to there and summed up, or refused in words', async () => {
  const whole = await writtenLog();
  const path = join(folder, 'harmed.mdb');
  await fc.assert(
    fc.asyncProperty(harms, async (harm) => {
      writeFileSync(path, harmed(whole, harm));
      const log = refusing(() => openLmdbLog(path));
      if (log === undefined) return;
      let read = 0;
      const count = (batches: Iterable<readonly { readonly seq: number }[]>) => {
        for (const batch of batches) {
          for (const { seq } of batch) expect(seq).toBe(read++);
        }
      };
      refusing(() => count(untilDamage(log.batches(), () => {})));
      refusing(() =>
        replay(
          untilDamage(log.batches(), () => {}),
          options,
        ),
      );
      await log.close();
    }),
    tries(400),
  );
});

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const foreign = {
  vllm: ['vllm-results.json'],
  guidellm: ['guidellm-benchmarks.json'],
  llmperf: ['llmperf_individual_responses.json', 'llmperf_summary.json'],
  aiperf: ['aiperf/profile_export.jsonl', 'aiperf/profile_export_aiperf.json'],
  seed: ['prompt20_gen4_clients2.json'],
} as const satisfies Record<keyof typeof importers, readonly string[]>;

for (const [tool, files] of Object.entries(foreign) as [keyof typeof importers, readonly string[]][]) {
  test(`${tool}: a file with other values in it is imported, or refused in words`, async () => {
    const read = await importers[tool]();
    const own = join(folder, tool);
    mkdirSync(own, { recursive: true });
    const paths = files.map((name) => join(own, basename(name)));
    const texts = files.map((name) => readFileSync(fixture(name), 'utf8'));
    fc.assert(
      fc.property(fc.nat(files.length - 1), swaps, fc.option(harms, { freq: 3 }), (index, done, harm) => {
        texts.forEach((text, at) => {
          const changed = at === index ? withSwaps(text, done) : text;
          const bytes = Buffer.from(changed);
          writeFileSync(paths[at] ?? '', at === index && harm !== null ? harmed(bytes, harm) : bytes);
        });
        for (const { level } of [refusing(() => read(paths[0] ?? '')) ?? []].flat()) {
          expect(level.requests).toBeInstanceOf(Array);
        }
      }),
      tries(200),
    );
  });
}

/** Lines of JSON are changed one by one. */
function withSwaps(text: string, done: readonly Swap[]): string {
  try {
    return JSON.stringify(swapped(JSON.parse(text), done));
  } catch {
    const rows = text
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as unknown);
    return [swapped(rows, done)]
      .flat()
      .map((row) => JSON.stringify(row))
      .join('\n');
  }
}

test('a note beside a result that came to harm is read, or the level is taken for one that was never measured', () => {
  const level = {
    api: 'dummy',
    model: 'm',
    promptLength: 1,
    maxNewTokens: 1,
    load: { kind: 'clients', value: 1 },
    digest: 'd',
  } as const;
  const { path } = createResultFiles(folder).claim(level);
  const note = join(dirname(path), '.levels', basename(path));
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(path, '[]');
  const whole = { schemaVersion: 1, digest: 'd', run: 'r', level: 0 };
  fc.assert(
    fc.property(swaps, fc.option(harms, { freq: 2 }), (done, harm) => {
      const bytes = Buffer.from(JSON.stringify(swapped(whole, done)) ?? '');
      writeFileSync(note, harm === null ? bytes : harmed(bytes, harm));
      const { existing } = createResultFiles(folder).claim(level);
      if (existing !== undefined)
        expect(existing).toMatchObject({ digest: 'd', run: expect.any(String), level: expect.any(Number) });
    }),
    tries(1000),
  );
});
