import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { createJsonResults } from '../../src/sinks/jsonResults.ts';

const source = 'He said "so":\n\ttwice \\ and ΠΑΝ 🚀\u2028';

/** The result file of a level whose requests were answered with `answers`, given in one batch. */
function rowsOf(answers: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'result.json');
  const sink = createJsonResults({ runId: 'run', targetOf: () => ({ path, digest: 'd' }), sourceText: () => source });
  const at = { worker: 1, level: 0 };
  const events: RunEvent[] = answers.map((_, request) => ({
    type: 'request.completed',
    ...{ ...at, atMs: request + 250, client: request % 2, request, warmup: false, chunks: 0, streamed: false },
    ...{ scheduledAtMs: request, sentAtMs: request, closedAtMs: request + 250 },
    ...{ promptTokens: 7, outputTokens: 3, tokenSource: 'usage' },
  }));
  events.push({ type: 'level.finished', ...at, atMs: 1e6, status: 'completed' });
  const slices = [0, source.length];
  sink.write({
    firstSeq: 0,
    events: events.map((event, seq): Recorded => ({ ...event, seq })),
    texts: answers.map((answer, request) => ({
      ...{ request, level: 0, client: request % 2, warmup: false, source: 0, slices, answer },
      raw: JSON.stringify({ text: answer }),
    })),
  });
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Readonly<Record<string, unknown>>[];
}

test('a row has the fields of the Python tool, with texts as they were and the body as it came', () => {
  expect(rowsOf(['yes\n"ΝΑΙ"'])).toEqual([
    {
      prompt_text: source,
      prompt_tokens: 7,
      generated_output: 'yes\n"ΝΑΙ"',
      generated_tokens: 3,
      request_time: 0.25,
      client_id: 0,
      raw_response: { text: 'yes\n"ΝΑΙ"' },
    },
  ]);
});

test('rows of every length come out whole and in order, the longest beyond any buffer', () => {
  const answers = [1, 70_000, 3, 400_000, 5, ...Array.from({ length: 500 }, (_, index) => index * 7)].map((length) =>
    'aΩ🚀'.repeat(Math.ceil(length / 4)),
  );
  expect(rowsOf(answers).map((row) => row['generated_output'])).toEqual(answers);
});
