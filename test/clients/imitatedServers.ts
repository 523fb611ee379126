import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

interface MaxNewTokens {
  readonly max_new_tokens: number;
}

/** What requests of all these protocols ask for. */
interface Body {
  readonly prompt: string;
  readonly text?: string;
  readonly stream: boolean;
  readonly n_predict: number;
  readonly max_tokens: number;
  readonly sampling_params: MaxNewTokens;
  readonly parameters: MaxNewTokens;
  readonly options: { readonly num_predict: number };
  readonly input_data: { readonly parameters: { readonly max_tokens?: number; readonly max_new_tokens?: number } };
}

/** What one server writes: each a text that stands on the wire as it is. */
interface Script {
  readonly type: string;
  readonly pieces: readonly string[];
}

const sse = 'text/event-stream';
const json = 'application/json';

function sseOf(messages: readonly object[]): Script {
  return { type: sse, pieces: messages.map((message) => `data: ${JSON.stringify(message)}\n\n`) };
}

function whole(body: object): Script {
  return { type: json, pieces: [JSON.stringify(body)] };
}

function wordsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => ` w${index}`);
}

function textOf(count: number): string {
  return wordsOf(count).join('');
}

function llamacpp({ prompt, n_predict: count, stream }: Body): Script {
  const last = { stop: true, stop_type: 'limit', tokens_predicted: count, tokens_evaluated: 12, prompt };
  if (!stream) return whole({ content: textOf(count), ...last });
  const messages = wordsOf(count).map((content, index) => ({ content, stop: false, tokens_predicted: index + 1 }));
  return sseOf([...messages, { content: '', ...last }]);
}

function sglang({ text: prompt, sampling_params: { max_new_tokens: count }, stream }: Body): Script {
  const message = (tokens: number) => ({
    text: textOf(tokens),
    output_ids: Array.from({ length: tokens }, (_, id) => id),
    meta_info: {
      prompt_tokens: String(prompt).split(' ').length,
      completion_tokens: tokens,
      finish_reason: tokens === count ? { type: 'length', length: count } : null,
    },
  });
  if (!stream) return whole(message(count));
  const { type, pieces } = sseOf(Array.from({ length: count }, (_, index) => message(index + 1)));
  return { type, pieces: [...pieces, 'data: [DONE]\n\n'] };
}

function tgi(stream: boolean, { parameters: { max_new_tokens: count } }: Body): Script {
  const details = { finish_reason: 'length', generated_tokens: count, input_length: 12 };
  if (!stream) return whole({ generated_text: textOf(count), details });
  const messages = wordsOf(count).map((text, index) => {
    const isLast = index + 1 === count;
    const end = isLast ? { generated_text: textOf(count), details } : { generated_text: null, details: null };
    return { index: index + 1, token: { id: index, text, logprob: -1, special: false }, ...end };
  });
  return sseOf(messages);
}

function triton(stream: boolean, { max_tokens: count }: Body): Script {
  const message = (text_output: string) => ({ model_name: 'ensemble', model_version: '1', text_output });
  return stream ? sseOf(wordsOf(count).map(message)) : whole(message(textOf(count)));
}

function ollama({ options: { num_predict: count }, stream }: Body): Script {
  const last = { done: true, done_reason: 'length', eval_count: count, prompt_eval_count: 12 };
  if (!stream) return whole({ response: textOf(count), ...last });
  const lines = [...wordsOf(count).map((response) => ({ response, done: false })), { response: '', ...last }];
  return { type: 'application/x-ndjson', pieces: lines.map((line) => `${JSON.stringify(line)}\n`) };
}

function anthropic({ max_tokens: count, stream }: Body): Script {
  const usage = { input_tokens: 12, output_tokens: count };
  const message = { id: 'msg_1', type: 'message', role: 'assistant' };
  const end = { stop_reason: 'max_tokens', stop_sequence: null };
  if (!stream) return whole({ ...message, content: [{ type: 'text', text: textOf(count) }], ...end, usage });
  const events = [
    { type: 'message_start', message: { ...message, content: [], usage: { input_tokens: 12, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...wordsOf(count).map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: end, usage: { output_tokens: count } },
    { type: 'message_stop' },
  ];
  return { type: sse, pieces: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) };
}

function scoring({ input_data: { parameters } }: Body): Script {
  return whole([{ 0: textOf(parameters.max_tokens ?? parameters.max_new_tokens ?? 1) }]);
}

const routes: Readonly<Record<string, (body: Body) => Script>> = {
  '/completion': llamacpp,
  '/generate': (body) => ('text' in body ? sglang(body) : tgi(false, body)),
  '/generate_stream': (body) => tgi(true, body),
  '/v2/models/any/generate': (body) => triton(false, body),
  '/v2/models/any/generate_stream': (body) => triton(true, body),
  '/api/generate': ollama,
  '/v1/messages': anthropic,
  '/score': scoring,
};

/** Starts one server that answers by the protocols of many, a route each; every answer has the length asked for. */
export async function startImitatedServers() {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(() => {}).closeAllConnections(),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const piece of request) body += piece;
  if (request.url === '/flush_cache') return void response.end('Cache flushed.\n');
  const route = routes[request.url ?? ''];
  if (route === undefined) return void response.writeHead(404).end();
  const { type, pieces } = route(JSON.parse(body));
  response.writeHead(200, { 'content-type': type });
  for (const piece of pieces) {
    response.write(piece);
    await delay(1);
  }
  response.end();
}
