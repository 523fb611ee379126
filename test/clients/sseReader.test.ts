import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseReader } from '../../src/clients/sseReader.ts';

function read(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const events: string[] = [];
  const reader = new SseReader((data) => events.push(data));
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((one, other) => one - other);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    reader.push(bytes.subarray(start, end));
    start = end;
  }
  return events;
}

function oracle(text: string): string[] {
  const events: string[] = [];
  createParser({ onEvent: (event) => events.push(event.data) }).feed(text);
  return events;
}

const line = fc.oneof(
  fc.constantFrom('data: a', 'data:b', 'data', 'data: {"x":"é€😀"}', ': ping', 'event: x', 'id: 1', '', 'retry: 1'),
  fc.string({ maxLength: 8 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
);

for (const end of ['\n', '\r\n']) {
  test(`events cut anywhere are those that eventsource-parser reads, with ${JSON.stringify(end)} as line end`, () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.nat(500), { maxLength: 10 }), (lines, cuts) => {
        const text = lines.map((content) => content + end).join('');
        expect(read(Buffer.from(text), cuts)).toEqual(oracle(text));
      }),
    );
  });
}

test('a lone CR ends a line, also where the LF of a CRLF comes in the next piece', () => {
  for (const text of ['data: a\r\rdata: b\r\r', 'data: a\r\n\r\ndata: b\r\n\r\n']) {
    for (let cut = 0; cut <= text.length; cut++) expect(read(Buffer.from(text), [cut])).toEqual(['a', 'b']);
  }
});

test('an event that the body cuts off is delivered and said to be unfinished', () => {
  const events: string[] = [];
  const reader = new SseReader((data) => events.push(data));
  reader.push(Buffer.from('data: whole\n\ndata: cut'));
  expect(reader.end()).toBe(true);
  expect(events).toEqual(['whole', 'cut']);
  expect(reader.end()).toBe(false);
});
