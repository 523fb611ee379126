import { type Clock, wallClock } from '../core/clock.ts';
import { StreamReceiver, WholeReceiver } from './answerReceiver.ts';
import { type AnswerWords, answerWords } from './answerWords.ts';
import type { AnswerWriter } from './answerWriter.ts';
import { BatchingEngine } from './batchingEngine.ts';
import { type CountTokens, defaultModelName, type Endpoint, parseCompletionRequest } from './completionRequest.ts';
import { EngineLoop } from './engineLoop.ts';
import { EngineMetrics } from './engineMetrics.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';

/** The engine with all that answers need beside it. */
export class InferenceService {
  readonly #options: SimulatorOptions;
  readonly #countTokens: CountTokens;
  readonly #clock: Clock;
  readonly #engine: BatchingEngine;
  readonly #metrics = new EngineMetrics();
  readonly #loop: EngineLoop;
  readonly #words: AnswerWords;
  readonly #startedAtMs = wallClock().getTime();
  #answers = 0;

  constructor(options: SimulatorOptions, countTokens: CountTokens, clock: Clock) {
    this.#options = options;
    this.#countTokens = countTokens;
    this.#clock = clock;
    this.#engine = new BatchingEngine(options);
    this.#loop = new EngineLoop(this.#engine, clock, this.#metrics);
    this.#words = answerWords(options.simulator_seed);
  }

  /**
   * @param writerOf where the answer goes, once its length is known
   * @returns forgets the request, whose client has gone
   * @throws HttpProblem before anything is written
   */
  complete(endpoint: Endpoint, body: string, writerOf: (tokens: number) => AnswerWriter): () => void {
    const request = parseCompletionRequest(endpoint, body, this.#options, this.#countTokens);
    const place = this.#answers++;
    const id = `${endpoint === 'chat' ? 'chatcmpl' : 'cmpl'}-${place.toString(16).padStart(16, '0')}`;
    const wordOf = (n: number) => this.#words(place, n);
    const Receiver = request.stream ? StreamReceiver : WholeReceiver;
    const receiver = new Receiver(writerOf(request.maxNewTokens), request, id, this.#created(), wordOf);
    const sequence = this.#loop.submit(request.promptTokens, request.maxNewTokens, receiver);
    return () => this.#loop.cancel(sequence);
  }

  models(): string {
    const id = this.#options.served_model_name ?? defaultModelName;
    const max_model_len = this.#options.kv_cache_tokens;
    const model = {
      id,
      object: 'model',
      created: this.#created(),
      owned_by: 'deepspeedometer',
      root: id,
      parent: null,
      max_model_len,
    };
    return JSON.stringify({ object: 'list', data: [model] });
  }

  metrics(): string {
    const { kv_cache_tokens, served_model_name } = this.#options;
    return this.#metrics.render(this.#engine, kv_cache_tokens, served_model_name ?? defaultModelName);
  }

  close(): void {
    this.#loop.close();
  }

  #created(): number {
    return Math.floor((this.#startedAtMs + this.#clock.nowMs()) / 1000);
  }
}
