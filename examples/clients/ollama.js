// @ts-check
// A client over HTTP: Ollama's own protocol, a POST that is answered by one JSON object a line.
//   deepspeedometer --api ./ollama.js --url http://127.0.0.1:11434 --model llama3.2 --tokenizer o200k_base --streaming
import { HttpConnection, LineReader, option, SpeedometerError, z } from 'deepspeedometer/client';

/** @import { Adapter, AnswerRecord, Client, ClientSettings, HttpRequest, ResponseReader } from 'deepspeedometer/client' */

/** Flags and YAML keys of its own; their names begin with the client's, so that they meet no others. */
export const options = {
  title: 'Ollama (--api ./ollama.js)',
  shape: {
    ollama_keep_alive: option(z.string().default('5m'), { description: 'How long the model stays loaded' }),
  },
};

/** @type {Adapter} */
export const adapter = {
  abilities: {
    protocol: 'Ollama /api/generate over HTTP',
    streams: true,
    managesServer: false,
    outputLength: 'capped',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    testedAgainst: 'an imitation',
  },
  checkSettings({ url }) {
    if (url !== undefined && URL.canParse(url)) return;
    throw new SpeedometerError('usage', '--url: expected the address of an Ollama server', {
      hint: 'Such as --url http://127.0.0.1:11434.',
    });
  },
  createClient: (settings) => createClient(settings),
};

/**
 * @param {ClientSettings} settings
 * @returns {Client<HttpRequest, Uint8Array>}
 */
function createClient({ url = 'http://127.0.0.1:11434', model, streaming, own }) {
  const connection = new HttpConnection(new URL(url).origin, { headers: ['content-type', 'application/json'] });
  return {
    startService: async () => ({ url }),
    stopService: async () => {},
    prepareRequest({ prompt, maxNewTokens }) {
      const body = {
        model,
        prompt,
        stream: streaming,
        raw: true,
        keep_alive: own?.['ollama_keep_alive'],
        options: { num_predict: maxNewTokens },
      };
      return { path: '/api/generate', body: Buffer.from(JSON.stringify(body)) };
    },
    // The connection stamps the socket and cancels; what it marks as failed, it marks by the kinds of the contract.
    sendRequest: (request, wire) => connection.post(request, wire),
    processResponse: (_request, answer) => readAnswer(answer, streaming),
    close: () => connection.close(),
  };
}

/**
 * @param {AnswerRecord} answer
 * @param {boolean} streaming
 * @returns {ResponseReader<Uint8Array>}
 */
function readAnswer(answer, streaming) {
  let atMs = 0;
  let done = false;
  let error = '';
  const lines = new LineReader((line) => {
    const event = JSON.parse(line);
    if (event.error !== undefined) error = String(event.error);
    answer.event(atMs);
    if (!streaming) answer.wholeText(event.response ?? '', line);
    else if (event.response) answer.output(atMs, event.response);
    if (event.done !== true) return;
    done = true;
    // Absent where the prompt came from its cache, or nothing was generated.
    if (event.eval_count !== undefined) answer.counted(event.eval_count, 'usage', event.prompt_eval_count);
    answer.finished(event.done_reason ?? 'stop');
  });
  return {
    read(piece, pieceAtMs) {
      atMs = pieceAtMs;
      try {
        lines.push(piece);
      } catch (thrown) {
        return { kind: 'protocol', reason: 'notJson', message: String(thrown) };
      }
      return error === '' ? undefined : { kind: 'stream', reason: 'errorEvent', message: error };
    },
    end: () => (done ? undefined : { kind: 'stream', reason: 'truncated' }),
  };
}
