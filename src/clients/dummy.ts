import type { Clock } from '../core/clock.ts';
import { type RandomStream, randomStream } from '../core/random.ts';
import type { Adapter } from './adapter.ts';
import type { AnswerRecord, Cancel, Client, RequestSpec, ResponseReader, Service, Wire } from './client.ts';
import type { DummyOptions } from './dummyOptions.ts';

interface DummyRequest {
  readonly latencyMs: number;
  readonly words: readonly string[];
}

/**
 * No server at all: waits a uniform time and answers with words of the prompt, each counted as one token. Streamed, the
 * words come evenly over that time.
 */
export class DummyClient implements Client<DummyRequest, string> {
  readonly #options: DummyOptions;
  readonly #streaming: boolean;
  readonly #seed: number;
  readonly #clock: Clock;

  constructor(options: DummyOptions, streaming: boolean, seed: number, clock: Clock) {
    this.#options = options;
    this.#streaming = streaming;
    this.#seed = seed;
    this.#clock = clock;
  }

  async startService(): Promise<Service> {
    return {};
  }

  async stopService(): Promise<void> {}

  prepareRequest({ request, prompt, maxNewTokens }: RequestSpec): DummyRequest {
    const random = randomStream(this.#seed, 'dummy', request);
    const meanSeconds = this.#options.dummy_client_latency_time;
    const latencyMs = Math.abs(meanSeconds - 0.1 + 0.3 * random()) * 1000;
    const vocabulary = prompt.split(/(?= )/);
    return { latencyMs, words: Array.from({ length: maxNewTokens }, () => pick(vocabulary, random)) };
  }

  sendRequest({ latencyMs, words }: DummyRequest, wire: Wire<string>): Cancel {
    const parts = this.#streaming ? words : [words.join('')];
    const startMs = this.#clock.nowMs();
    let timer: unknown;
    let next = 0;
    let isOver = false;
    // Due times count from the start: timers round up, and their errors must not add up.
    const waitForNext = () => {
      const dueMs = startMs + (latencyMs * (next + 1)) / parts.length;
      timer = this.#clock.setTimeout(step, Math.max(0, dueMs - this.#clock.nowMs()));
    };
    const step = () => {
      if (next === 0) wire.headers();
      wire.received(parts[next++] ?? '');
      if (next < parts.length) waitForNext();
      else {
        isOver = true;
        wire.ended();
      }
    };
    wire.sent();
    waitForNext();
    return () => {
      this.#clock.clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      wire.failed({ kind: 'aborted', reason: 'cancelled' });
    };
  }

  processResponse({ words }: DummyRequest, answer: AnswerRecord): ResponseReader<string> {
    return {
      read: (text, atMs) => {
        answer.event(atMs);
        if (this.#streaming) answer.output(atMs, text, 1);
        else answer.wholeText(text, JSON.stringify(text));
        return undefined;
      },
      end: () => {
        answer.counted(words.length, 'tokenIds');
        answer.finished('length');
        return undefined;
      },
    };
  }

  close(): void {}
}

/** Nothing but waiting, for trying out everything else. */
export const dummyAdapter: Adapter = {
  abilities: {
    protocol: 'none: waits and answers by itself',
    streams: true,
    managesServer: true,
    outputLength: 'forced',
    tokenSource: 'tokenIds',
    flushesPrefixCache: false,
    testedAgainst: 'itself',
  },
  fallbackTokenizer: 'o200k_base',
  createClient: (settings, clock) => new DummyClient(settings, settings.streaming, settings.seed, clock),
};

function pick(words: readonly string[], random: RandomStream): string {
  return words[Math.floor(random() * words.length)] ?? '';
}
