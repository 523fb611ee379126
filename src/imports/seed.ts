import { basename } from 'node:path';
import { z } from 'zod';
import { SpeedometerError } from '../core/errors.ts';
import type { ImportedRequest, ImportedRun } from './importedRun.ts';
import { readJson } from './readJson.ts';

const row = z.looseObject({
  prompt_text: z.string().nullish(),
  prompt_tokens: z.number(),
  generated_output: z.string().nullish(),
  generated_tokens: z.number(),
  request_time: z.number(),
  raw_response: z.unknown().optional(),
  client_id: z.number(),
});

type Row = z.output<typeof row>;

/**
 * A result file of the Python tool, one load a file: `prompt2600_gen60_clients4.json`. Its clients sent one request after
 * the other, so that each began when the one before it had ended: that is how requests are laid out in time here.
 */
export function importSeed(path: string): ImportedRun {
  const rows = readJson(path, z.array(row).min(1), 'results of the Python DeepSpeedometer');
  const named = /prompt(\d+)_gen(\d+)_clients(\d+)(?:_[0-9a-f]+)?\.json(?:\.gz)?$/.exec(basename(path));
  if (named === null) {
    throw new SpeedometerError('usage', `${path}: the name of the file does not tell the load`, {
      hint: 'Expected prompt<LENGTH>_gen<TOKENS>_clients<N>.json, as the tool names it.',
    });
  }
  const [, promptLength = '', maxNewTokens = '', clients = ''] = named;
  return {
    model: modelOf(path),
    tokenizer: 'unknown',
    sweepOptions: { prompt_length: Number(promptLength), max_new_tokens: Number(maxNewTokens) },
    level: {
      load: { kind: 'clients', value: Number(clients) },
      clients: Number(clients),
      promptLength: Number(promptLength),
      maxNewTokens: Number(maxNewTokens),
      streaming: false,
      requests: laidOut(rows),
    },
    notes: [
      'the file has no start times: each client is taken to have sent a request when the one before had ended, as that tool did',
    ],
    checks: [],
  };
}

/** Clients by the order in which they appear; their ids need not begin at 0. */
function laidOut(rows: readonly Row[]): readonly ImportedRequest[] {
  const clients = new Map<number, number>();
  const freeAtMs = new Map<number, number>();
  return rows.map((one) => {
    const client = clients.get(one.client_id) ?? clients.size;
    clients.set(one.client_id, client);
    const sentAtMs = freeAtMs.get(client) ?? 0;
    const closedMs = one.request_time * 1000;
    freeAtMs.set(client, sentAtMs + closedMs);
    return {
      client,
      sentAtMs,
      promptTokens: one.prompt_tokens,
      streamed: false,
      closedMs,
      // The tool may have counted less than nothing.
      outputTokens: Math.max(0, one.generated_tokens),
      tokenSource: 'tokenizer',
      text: {
        prompt: one.prompt_text ?? '',
        answer: one.generated_output ?? '',
        raw: JSON.stringify(one.raw_response ?? null),
      },
    };
  });
}

/** The tool's folders are RESULT_DIR/API/MODEL, a model's name being one or two of them. */
function modelOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  return folders.at(-1) ?? 'unknown';
}
