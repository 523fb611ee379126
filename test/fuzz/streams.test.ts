import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseReader } from '../../src/clients/sseReader.ts';
import { harmed, harms, tries } from './fuzzing.ts';

// What real servers sent, byte by byte; they lie beside the project and not in it.
const recordings = new URL('../../../shared/servers/recordings/', import.meta.url);
const made = [
  'data: {"choices":[{"text":"é€😀"}]}\n\n: ping\n\nevent: x\ndata: a\ndata: b\n\ndata: [DONE]\n\n',
  '\uFEFFdata: a\r\n\r\ndata\r\rid: 1\rdata: b\n\n',
].map((text) => Buffer.from(text));

function recordedStreams(): readonly Buffer[] {
  if (!existsSync(recordings)) return [];
  const names = readdirSync(recordings, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.body'));
  return names
    .map((name) => readFileSync(new URL(name, recordings)))
    .filter((body) => /^(data|event):/m.test(body.toString()));
}

function read(pieces: readonly Uint8Array[]): readonly string[] {
  const events: string[] = [];
  const reader = new SseReader((data) => events.push(data));
  for (const piece of pieces) reader.push(piece);
  return events;
}

function oracle(bytes: Buffer): readonly string[] {
  const events: string[] = [];
  createParser({ onEvent: ({ data }) => events.push(data) }).feed(new TextDecoder().decode(bytes));
  return events;
}

const streams = [...made, ...recordedStreams()];

test('every split of every answer gives the events that eventsource-parser reads', () => {
  for (const bytes of streams) {
    const events = oracle(bytes);
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(events);
    // All pairs of a long answer would take minutes, and say no more than its first events.
    const most = Math.min(bytes.length, 1500);
    const start = bytes.subarray(0, most);
    const ofStart = oracle(start);
    for (let cut = 0; cut <= most; cut++) {
      expect(read([start.subarray(0, cut), start.subarray(cut)])).toEqual(ofStart);
    }
  }
});

test('an answer that came to harm gives the events that eventsource-parser reads of it, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...streams.map((bytes) => bytes.subarray(0, 6000))),
      harms,
      fc.array(fc.nat(6000), { maxLength: 8 }),
      (stream, harm, cuts) => {
        const bytes = harmed(stream, harm);
        const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(read(pieces)).toEqual(oracle(bytes));
      },
    ),
    tries(2000),
  );
});
