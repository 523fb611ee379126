import type { DefinedFigure, Definitions } from '../metrics/definitions/definitions.ts';

/** One figure in plain words: what a reader asks for when a number is not clear. */
export interface Formula {
  readonly name: string;
  readonly words: string;
}

/** The definitions that a report goes by, unless it is told others. */
export const formulas = {
  ttft: {
    name: 'TTFT, time to first token',
    words:
      'From the moment a request is handed to its connection until the first event with output arrives (text, reasoning or a tool call). Streamed answers only.',
  },
  tpot: {
    name: 'TPOT, time per output token',
    words:
      '(last token - first token) / (output tokens - tokens in the first chunk), for each request. Not defined for an answer of one chunk, and then left out.',
  },
  itl: {
    name: 'ITL, inter-token latency',
    words: 'The gap before a chunk / the tokens in it, weighted by those tokens, over all requests together.',
  },
  e2e: {
    name: 'e2e, end-to-end latency',
    words:
      'From the moment a request is handed to its connection until its last token arrives; until the body ends where the answer is not streamed.',
  },
  queue: {
    name: 'Queue',
    words:
      "The load generator's own delay: from the moment a client is free until its request is handed to its connection.",
  },
  window: {
    name: 'Steady window',
    words:
      'From the moment when every client has sent its first measured request until the first client finds no more work. Ramp before it and drain after it are in no figure. Latencies are those of the requests sent in it, whenever they ended. Warm-up requests count nowhere.',
  },
  requests: {
    name: 'Requests/s',
    words:
      'Completed requests, each credited by the share of its output tokens that arrived in the window, / the length of the window.',
  },
  tokens: {
    name: 'Tokens/s',
    words:
      'Output tokens, credited at the arrival of their chunk within the window, / the length of the window. Tokens are those of the usage that the server reports, else of token ids, else of our tokenizer.',
  },
  interval: {
    name: '± of the throughput',
    words:
      'Half the width of the 95 % confidence interval from the means of 10 equal batches of the window. Absent where a batch would be shorter than 3 median latencies.',
  },
  percentile: {
    name: 'Percentiles',
    words:
      'Exact, by linear interpolation on rank (n - 1) p; of gaps, and beyond a million requests, within 0.1 %. A p99 of fewer than 459 requests is rough: no verdict is given on it (p90 needs 44, p95 needs 90).',
  },
  failed: {
    name: 'Failed',
    words:
      'Requests that could not connect, timed out, got an error status, broke off or could not be read, and those that came back empty. They are in no latency. What we cut off ourselves at the end of a level is not among them.',
  },
  saturation: {
    name: 'Saturation point',
    words:
      'The smallest number of clients whose throughput reaches 95 % of the plateau, the highest throughput of all levels that can be trusted. A sweep whose last level still gained more than 5 % has none.',
  },
  keepsUp: {
    name: 'Keeps up with',
    words:
      'The highest offered rate at which latencies neither grew nor fell over the level, with no lower rate at which the server fell behind. Latencies count from when a request was due.',
  },
  balance: {
    name: 'Best balance',
    words: 'The loads whose throughput / mean e2e is within 5 % of the best.',
  },
  generator: {
    name: 'Client-limited',
    words:
      "The load generator itself was the limit: its event loop's delay p99 over 5 ms and over 5 % of the median TTFT, or over half the median gap between chunks; or a worker's CPU over 90 %; or more than 1 % of sends over 10 ms late. Such a level says nothing of the server.",
  },
  little: {
    name: "Little's law",
    words:
      'Completed requests/s x mean e2e / mean number in flight. It is 1 where throughput, latency and load agree; more than 5 % off is worth a doubt.',
  },
  goodput: {
    name: 'Goodput',
    words: 'Requests that completed in the window and kept every objective on TTFT, TPOT, e2e and queue, a second.',
  },
} as const satisfies Readonly<Record<string, Formula>>;

/** Those that a tool may define otherwise. */
const defined: Readonly<Partial<Record<keyof typeof formulas, DefinedFigure>>> = {
  ttft: 'ttft',
  tpot: 'tpot',
  itl: 'itl',
  e2e: 'e2e',
  requests: 'requests',
  tokens: 'tokens',
  percentile: 'percentiles',
};

/** A figure's formula: ours, or that of another tool in place of it. */
export function formulaOf(key: keyof typeof formulas, definitions: Definitions | undefined): Formula {
  const figure = defined[key];
  const { name } = formulas[key];
  if (definitions === undefined) return formulas[key];
  if (key === 'window') return { name: 'Window', words: 'The whole level, with ramp and drain.' };
  if (figure === undefined) return formulas[key];
  const words = definitions.formulas[figure] ?? `${definitions.tool} has no formula for it.`;
  return { name: `${name}, by ${definitions.tool}`, words: words.replaceAll('`', '') };
}
