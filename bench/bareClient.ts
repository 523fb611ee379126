import { type Dispatcher, Pool } from 'undici';
import { joinStamps, type StreamErrors } from '../src/calibration/streamErrors.ts';
import { bodyOf } from './requestBody.ts';

/** What the bare client is asked to do. */
export interface BareTask {
  readonly origin: string;
  readonly clients: number;
  /** Requests in all, after a warm-up round of one for each client. */
  readonly requests: number;
  /** Every request is as long as the tool's: prompts of so many tokens. The text itself is too long for a command line. */
  readonly promptTokens: number;
  readonly asksStream: boolean;
  /** Whether its streams are stamped and read; else bytes are counted. */
  readonly isStamped: boolean;
}

/** What it says in the end; errors only of streams. */
export interface BareReport {
  readonly errors?: StreamErrors;
}

// The old form of handler is the fastest that undici has: the new one is wrapped into it and parses headers.
type Handler = Dispatcher.DispatchHandler;

const noAnswer = new Error('the null server gave no answer');

/** Counts bytes: the least that a client must do with an answer. */
class CountingHandler implements Handler {
  bytes = 0;
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  onConnect(): void {}
  onHeaders(): boolean {
    return true;
  }
  onData(piece: Buffer): boolean {
    this.bytes += piece.length;
    return true;
  }
  onComplete(): void {
    if (this.bytes === 0) throw noAnswer;
    this.#onEnd();
  }
  onError(error: Error): void {
    throw error;
  }
}

/** Stamps the pieces of a stream and keeps them; they are read when all is over. */
class StampingHandler implements Handler {
  sentAtMs = 0;
  readonly atMs: number[] = [];
  readonly pieces: Buffer[] = [];
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  onConnect(): void {
    this.sentAtMs = performance.now();
  }
  onHeaders(): boolean {
    return true;
  }
  onData(piece: Buffer): boolean {
    this.atMs.push(performance.now());
    this.pieces.push(piece);
    return true;
  }
  onComplete(): void {
    this.#onEnd();
  }
  onError(error: Error): void {
    throw error;
  }
}

/** The bare client: `Pool.dispatch` with a minimal handler and nothing around it. */
async function runBare(task: BareTask): Promise<BareReport> {
  const { clients, requests, isStamped } = task;
  const pool = new Pool(task.origin, { connections: clients, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const options: Dispatcher.DispatchOptions = {
    method: 'POST',
    path: '/v1/completions',
    headers: ['content-type', 'application/json', 'accept', '*/*', 'accept-encoding', 'identity'],
    body: Buffer.from(bodyOf(task.promptTokens, task.asksStream)),
  };

  /** Sends `count` requests, as many at a time as there are clients. */
  function round<H extends Handler>(count: number, createHandler: (onEnd: () => void) => H): Promise<H[]> {
    const { promise, resolve } = withResolvers<H[]>();
    const first: H[] = [];
    let sent = 0;
    let ended = 0;
    const send = (): H => {
      const handler = createHandler(onEnd);
      sent++;
      pool.dispatch(options, handler);
      return handler;
    };
    const onEnd = (): void => {
      ended++;
      if (sent < count) send();
      else if (ended === count) resolve(first);
    };
    while (sent < Math.min(clients, count)) first.push(send());
    return promise;
  }

  const counting = (onEnd: () => void) => new CountingHandler(onEnd);
  const stamping = (onEnd: () => void) => new StampingHandler(onEnd);
  if (!isStamped) {
    await round(requests, counting);
    return {};
  }
  await round(clients, stamping);
  const streams = await round(clients, stamping);
  return { errors: joinStamps(streams.map(({ sentAtMs, atMs, pieces }) => readStream(sentAtMs, atMs, pieces))) };
}

/** The arrivals and the text of a stream, an arrival for each chunk with text. */
function readStream(sentAtMs: number, atMs: readonly number[], pieces: readonly Buffer[]) {
  const chunkAtMs: number[] = [];
  let answer = '';
  pieces.forEach((piece, index) => {
    for (const [, text = ''] of piece.toString('latin1').matchAll(/"text":"([^"]+)"/g)) {
      chunkAtMs.push(atMs[index] as number);
      answer += text;
    }
  });
  return { sentAtMs, chunkAtMs, answer };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const report = await runBare(JSON.parse(process.argv[2] as string) as BareTask);
process.send?.(report, () => process.exit(0));
