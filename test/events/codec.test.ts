import fc from 'fast-check';
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
