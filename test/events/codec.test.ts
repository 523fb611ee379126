import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { packBatch, unpackEvents, unpackTexts } from '../../src/events/codec.ts';
import type { RequestCompleted, RunEvent } from '../../src/events/events.ts';
import type { ExchangeText } from '../../src/events/texts.ts';
import { runLog } from '../metrics/runLog.ts';

function withoutSeq(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.map((event) => {
    const { seq: _seq, ...rest } = event as RunEvent & { seq?: number };
    return rest as RunEvent;
  });
}

test('events come out of a batch as they went in, in their order, and numbered', () => {
  const histories = fc.record({
    seed: fc.nat(1e6),
    streaming: fc.boolean(),
    chunkTokens: fc.boolean(),
    usage: fc.boolean(),
    failureRatio: fc.constantFrom(0, 0.3),
    emptyRatio: fc.constantFrom(0, 0.2),
    retryRatio: fc.constantFrom(0, 0.2),
    serverMetrics: fc.boolean(),
  });
  fc.assert(
    fc.property(histories, fc.nat(1e9), (history, firstSeq) => {
      const events = withoutSeq(runLog({ planned: 30, ...history }, [1, 4]));
      const { packed, count } = packBatch(events);
      const unpacked = unpackEvents(packed, firstSeq);
      expect(count).toBe(events.length);
      expect(withoutSeq(unpacked)).toEqual(events);
      expect(unpacked.map(({ seq }) => seq)).toEqual(events.map((_, index) => firstSeq + index));
    }),
    { numRuns: 60 },
  );
});

const completed: RequestCompleted = {
  type: 'request.completed',
  worker: 1,
  atMs: 5.25,
  level: 0,
  client: 2,
  request: 3,
  warmup: false,
  scheduledAtMs: 1,
  sentAtMs: 1.125,
  closedAtMs: 5.25,
  chunks: 0,
  streamed: false,
  promptTokens: 10,
  outputTokens: 0,
  tokenSource: 'usage',
};

const stamps = fc.double({ min: 0, max: 1e9, noNaN: true });
const optional = fc.record(
  {
    headersAtMs: stamps,
    firstEventAtMs: stamps,
    firstTokenAtMs: stamps,
    lastTokenAtMs: stamps,
    serverPromptTokens: fc.nat(),
    firstChunkTokens: fc.double({ min: 0, max: 100, noNaN: true }),
    finishReason: fc.string(),
  },
  { requiredKeys: [] },
);

test('a completed request keeps what it has and gets nothing that it has not', () => {
  const sources = fc.constantFrom('usage', 'tokenIds', 'tokenizer', 'chunks');
  fc.assert(
    fc.property(fc.array(fc.tuple(optional, sources, fc.boolean(), fc.boolean()), { maxLength: 20 }), (all) => {
      const events = all.map(([given, tokenSource, warmup, streamed]): RequestCompleted => {
        return { ...completed, ...given, tokenSource, warmup, streamed };
      });
      const unpacked = withoutSeq(unpackEvents(packBatch(events).packed, 0));
      expect(unpacked).toEqual(events);
      expect(unpacked.map((event) => Object.keys(event).toSorted())).toEqual(
        events.map((event) => Object.keys(event).toSorted()),
      );
    }),
  );
});

test('texts come out as they went in, whatever is in them', () => {
  const texts = fc.array(
    fc.record({
      request: fc.nat(),
      level: fc.nat(50),
      client: fc.nat(500),
      warmup: fc.boolean(),
      source: fc.nat(3),
      slices: fc.array(fc.nat(1e6), { maxLength: 8 }),
      answer: fc.string({ unit: 'grapheme' }),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(texts, fc.array(fc.option(fc.string(), { nil: undefined })), (plain, raws) => {
      const given: ExchangeText[] = plain.map((text, index) => {
        const raw = raws[index];
        return raw === undefined ? text : { ...text, raw };
      });
      const { packedTexts } = packBatch([], given);
      expect(unpackTexts(packedTexts).map((text) => ({ ...text, slices: [...text.slices] }))).toEqual(given);
    }),
  );
});

test.each([
  ['roomy', 1024 * 1024],
  ['too small', 4096],
])('a batch packed into a %s buffer is whole until the next one is packed into it', (_size, bytes) => {
  const into = Buffer.alloc(bytes);
  const text = {
    request: 7,
    level: 0,
    client: 1,
    warmup: false,
    source: 0,
    slices: [0, 4],
    answer: 'four words of text',
  };
  const [first, second] = [1, 2].map((seed) => withoutSeq(runLog({ seed, planned: 40 }, [1])));
  for (const events of [first, second]) {
    const { packed, packedTexts } = packBatch(events ?? [], [text], into);
    packBatch(first ?? []); // of somebody else
    expect(withoutSeq(unpackEvents(packed, 0))).toEqual(events);
    expect(unpackTexts(packedTexts)[0]).toMatchObject({ request: text.request, answer: text.answer });
  }
});

/** The same events, their requests turns of conversations. */
function inTurns(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.map((event) => (event.type === 'request.sent' ? { ...event, turn: 1 + (event.request % 3) } : event));
}

test('a block tells the turns of its requests where it has some, and is no larger where it has none', () => {
  const alone = withoutSeq(runLog({ seed: 1, planned: 20 }, [1]));
  const turns = inTurns(alone);
  const mixed = [...alone, ...turns];
  for (const events of [turns, mixed]) expect(withoutSeq(unpackEvents(packBatch(events).packed, 0))).toEqual(events);
  const requests = alone.filter(({ type }) => type === 'request.sent').length;
  expect(packBatch(turns).packed.length - packBatch(alone).packed.length).toBe(8 * requests);
});

test('rows that a later version wrote with more columns are read by the columns that are known', () => {
  const events = inTurns(withoutSeq(runLog({ seed: 1, planned: 20 }, [1])));
  const packr = new Packr({ useRecords: true, moreTypes: true });
  const block = packr.unpack(packBatch(events).packed) as Record<'sent' | 'completed', Float64Array> & {
    readonly order: Uint8Array;
    readonly progressed: { readonly rows: Float64Array };
  };
  const rowsOf = (turn: number) => block.order.filter((one) => one === turn).length;
  const later = {
    ...block,
    sent: widened(block.sent, rowsOf(1)),
    completed: widened(block.completed, rowsOf(2)),
    progressed: { ...block.progressed, rows: widened(block.progressed.rows, rowsOf(3)) },
  };
  expect(withoutSeq(unpackEvents(packr.pack(later), 0))).toEqual(events);
});

/** The same rows, each with one more column. */
function widened(rows: Float64Array, count: number): Float64Array {
  const width = rows.length / count;
  const wider = new Float64Array(count * (width + 1)).fill(7);
  for (let row = 0; row < count; row++) wider.set(rows.subarray(row * width, (row + 1) * width), row * (width + 1));
  return wider;
}
