import { once } from 'node:events';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fastgenPaths } from '../../src/clients/fastgenMessages.ts';
import { grpcFrame } from '../../src/clients/grpcFrames.ts';
import { bytesField, type ProtobufField, protobufFields, varintField } from '../../src/clients/protobufFields.ts';

/**
 * How it fails. `noTerminal`: a stream ends well without its last message. `midMessage`: within one. `stalls`: a token,
 * then nothing. `goaway`: it leaves in mid-stream. `http`: it answers as a web server. Otherwise a status of gRPC.
 */
export type MiiFault =
  | 'noTerminal'
  | 'midMessage'
  | 'stalls'
  | 'goaway'
  | 'http'
  | 'html'
  | { readonly status: number; readonly message: string };

export interface MiiManner {
  readonly fault?: MiiFault;
  readonly port?: number;
  /** Its threads: more requests at once wait for a free one. */
  readonly threads?: number;
  /** It begins to work once so many calls have come. */
  readonly beginsAt?: number;
}

/** A call as it came. */
export interface MiiCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly prompts: readonly string[];
  readonly options: Readonly<Record<string, number | string | boolean>>;
}

/** One answer, or one step of it, framed. */
export function replyFrame(response: string, finishReason: string, promptTokens: number, tokens: number): Buffer {
  const single = Buffer.concat([
    ...(response === '' ? [] : [bytesField(1, response)]),
    bytesField(2, finishReason),
    varintField(3, promptTokens),
    varintField(4, tokens),
  ]);
  return grpcFrame(bytesField(1, single));
}

/**
 * Imitates the load balancer of MII: a pool of threads, a message a token, no notice of calls that were cancelled.
 * @param onTerminate called once it was told to end
 */
export async function startImitatedMii(
  { fault, port = 0, threads = 256, beginsAt = 0 }: MiiManner = {},
  onTerminate = () => {},
) {
  const calls: MiiCall[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const waiting: (() => void)[] = [];
  const counts = { running: 0, most: 0, generated: 0 };

  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });

  const thread = async (work: () => Promise<void>) => {
    if (counts.running >= threads) await new Promise<void>((resolve) => waiting.push(resolve));
    counts.running++;
    counts.most = Math.max(counts.most, counts.running);
    await begun;
    await work();
    counts.running--;
    waiting.shift()?.();
  };
  const generate = async (stream: ServerHttp2Stream, { path, prompts: [prompt = ''], options }: MiiCall) => {
    const [length, promptTokens] = [Number(options.max_new_tokens), prompt.split(' ').length];
    const write = (bytes: Buffer) => void (stream.writable && stream.write(bytes));
    const isStreamed = path === fastgenPaths.stream;
    for (let count = 1; count <= length; count++) {
      await new Promise(setImmediate);
      counts.generated++; // also where nobody listens any more
      if (isStreamed) write(replyFrame(`t${count} `, 'none', promptTokens, count));
    }
    const text = isStreamed ? '' : Array.from({ length }, (_, index) => `t${index + 1}`).join(' ');
    write(replyFrame(text, 'length', promptTokens, length));
    endWith(stream, 0);
  };

  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => {});
  });
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {});
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    const path = String(headers[':path']);
    if (path === fastgenPaths.terminate) {
      respond(stream);
      stream.write(grpcFrame(Buffer.alloc(0)));
      endWith(stream, 0);
      stream.once('close', onTerminate);
      return;
    }
    const call = { path, headers, ...readRequest(Buffer.concat(pieces).subarray(5)) };
    calls.push(call);
    if (calls.length >= beginsAt) begin();
    if (fault === undefined || fault === 'goaway') respond(stream);
    if (fault === undefined) await thread(() => generate(stream, call));
    else failBy(fault, stream);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    counts,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function failBy(fault: MiiFault, stream: ServerHttp2Stream): void {
  const step = replyFrame('t1 ', 'none', 3, 1);
  if (typeof fault === 'object') {
    const message = encodeURIComponent(fault.message);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': fault.status, 'grpc-message': message },
      { endStream: true },
    );
  } else if (fault === 'http') stream.respond({ ':status': 502 }, { endStream: true });
  else if (fault === 'html') {
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<html></html>');
  } else {
    if (fault !== 'goaway') respond(stream);
    stream.write(fault === 'midMessage' ? step.subarray(0, 9) : step);
    if (fault === 'goaway') setImmediate(() => stream.session?.destroy());
    else if (fault !== 'stalls') endWith(stream, 0);
  }
}

function respond(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
}

function endWith(stream: ServerHttp2Stream, status: number): void {
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  if (stream.writable) stream.end();
}

/** A `MultiStringRequest`, read without our own encoder. */
export function readRequest(message: Buffer): Pick<MiiCall, 'prompts' | 'options'> {
  const prompts: string[] = [];
  const options: Record<string, number | string | boolean> = {};
  for (const { number, value } of protobufFields(message)) {
    if (number === 1) prompts.push(value.toString());
    else {
      const [name, boxed] = [...protobufFields(value as Buffer)];
      const [inner] = [...protobufFields(boxed?.value as Buffer)];
      options[String(name?.value)] = unboxed(inner);
    }
  }
  return { prompts, options };
}

function unboxed(field: ProtobufField | undefined): number | string | boolean {
  if (field?.number === 1) return field.value.toString();
  if (field?.number === 3) return (field.value as Buffer).readFloatLE();
  if (field?.number === 4) return field.value === 1;
  return Number(field?.value);
}
