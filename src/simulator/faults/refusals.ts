import type { Fault, FaultyExchange } from './fault.ts';

/** Faults that leave a request without an answer of the engine. */
export const refusals = {
  http429: {
    does: 'answers HTTP 429 with Retry-After',
    seconds: 1,
    answer: (exchange) => refuse(exchange, 429, 'Too many requests.', { 'retry-after': `${exchange.seconds}` }),
  },
  http500: { does: 'answers HTTP 500', answer: (exchange) => refuse(exchange, 500, 'The engine has an error.') },
  http503: { does: 'answers HTTP 503', answer: (exchange) => refuse(exchange, 503, 'The server is overloaded.') },
  reset: { does: 'resets the connection before it answers', answer: reset },
  refuse: {
    does: 'resets the connection and refuses new ones',
    seconds: 0.2,
    answer: (exchange) => {
      exchange.pauseListening(exchange.seconds * 1000);
      reset(exchange);
    },
  },
  not_http: {
    does: 'answers with bytes that are no HTTP',
    answer: ({ response }) => void response.socket?.end('\0\x01\x02 no protocol\r\n\r\n'),
  },
  late: {
    does: 'reads the request late: nothing comes, and a long prompt stays with its sender',
    seconds: 1,
    readsLate: true,
  },
} satisfies Record<string, Fault>;

function refuse(
  { response }: FaultyExchange,
  status: number,
  message: string,
  head: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...head });
  response.end(JSON.stringify({ error: { message, type: 'InternalServerError', param: null, code: status } }));
}

function reset({ response }: FaultyExchange): void {
  response.socket?.resetAndDestroy();
}
