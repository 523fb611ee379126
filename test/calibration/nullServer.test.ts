import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { createNullServer } from '../../src/calibration/nullServer.ts';
import type { NullAnswer } from '../../src/calibration/nullServerMessages.ts';
import { joinStamps } from '../../src/calibration/streamErrors.ts';
import { monotonicMs } from '../../src/core/clock.ts';

async function serving(answer: NullAnswer) {
  const seen = { requests: 0 };
  const server = createNullServer(answer, () => {
    seen.requests++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/v1/completions`, seen };
}

const post = (url: string, body = '{}') => request(url, { method: 'POST', body, headers: { connection: 'close' } });

/** The texts of an SSE body, an entry a chunk with text. */
function textsOf(body: string): readonly string[] {
  return [...body.matchAll(/"text":"([^"]+)"/g)].map(([, text = '']) => text);
}

test('a whole answer is a completion with usage, and each POST is counted', async () => {
  const { url, seen } = await serving({ kind: 'whole' });
  for (let sent = 0; sent < 3; sent++) {
    const { body } = await post(url, 'x'.repeat(sent * 100_000));
    expect(await body.json()).toMatchObject({ usage: { completion_tokens: 8 } });
  }
  expect(seen.requests).toBe(3);
});

test('a question that is no POST is not found, and is not counted', async () => {
  const { url, seen } = await serving({ kind: 'whole' });
  const { statusCode, body } = await request(url, { headers: { connection: 'close' } });
  await body.dump();
  expect(statusCode).toBe(404);
  expect(seen.requests).toBe(0);
});

test.each([
  ['many small', 500, 5],
  ['one huge', 1, 1_000_000],
])('a burst of %s chunks comes whole', async (_name, chunks, characters) => {
  const { url } = await serving({ kind: 'burst', chunks, characters });
  const text = await (await post(url)).body.text();
  const texts = textsOf(text);
  expect(texts.length).toBe(chunks);
  expect(texts.every(({ length }) => length === characters)).toBe(true);
  expect(text).toContain(`"completion_tokens":${chunks}`);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('a paced answer carries when its request came and when each chunk left, in that order and not before they were due', async () => {
  const pace = { firstMs: 20, gapMs: 5, chunks: 10 };
  const { url } = await serving({ kind: 'paced', ...pace });
  const sentAtMs = monotonicMs();
  const texts = textsOf(await (await post(url)).body.text());
  const closedAtMs = monotonicMs();
  const [receivedAtMs = 0, ...left] = texts.join('').trim().split(' ').map(Number);
  expect(receivedAtMs).toBeGreaterThanOrEqual(sentAtMs);
  expect(left.length).toBe(pace.chunks);
  // Stamps are written with three digits.
  for (const [index, atMs] of left.entries()) expect(atMs).toBeGreaterThan(receivedAtMs + 20 + 5 * index - 0.01);
  expect(left.at(-1)).toBeLessThanOrEqual(closedAtMs + 0.01);
  const stream = { sentAtMs, chunkAtMs: Array(pace.chunks).fill(closedAtMs), answer: texts.join('') };
  expect(joinStamps([stream]).gapMs.length).toBe(pace.chunks - 1);
});

test('requests that come in pieces, and several in one piece, are each answered once', async () => {
  const { port, seen } = await serving({ kind: 'whole' });
  const socket = connect(port, '127.0.0.1');
  let answers = 0;
  const both = new Promise<void>((resolve) =>
    socket.on('data', (piece) => {
      answers += piece.toString('latin1').split('HTTP/1.1 200').length - 1;
      if (answers === 4) resolve();
    }),
  );
  const long = `POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n${'x'.repeat(9000)}`;
  const short = 'POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}';
  for (const piece of [long.slice(0, 20), long.slice(20, 3000), long.slice(3000, 6000), long.slice(6000) + short]) {
    await new Promise((flushed) => socket.write(piece, flushed));
  }
  socket.write(short + short);
  await both;
  expect(seen.requests).toBe(4);
  socket.destroy();
});
