import { expect, test } from 'vitest';
import { lastRun, loggedEvents, quick, runInside, startCommand, summaryOf, temporaryFolder } from './command.ts';
import {
  answer,
  type Behaviour,
  likeVllm,
  refuse,
  type SelfDescription,
  startWaywardServer,
  token,
} from './waywardServer.ts';

const exact = ['--max_new_tokens', '2', '--max_new_tokens_var', '0', '--prompt_length_var', '0'] as const;

async function ask(verb: 'check' | 'run', behave: Behaviour, self: SelfDescription, ...more: readonly string[]) {
  const resultDir = temporaryFolder();
  const url = await startWaywardServer(behave, self);
  const asked = ['--api', 'openai', '--url', url, '--model', 'm', '--num_clients', '2', ...more];
  const ended = await runInside([verb, ...quick, ...asked], { resultDir });
  return { ...ended, resultDir };
}

/** Twelve tokens, as a proxy passes them on that waits for the end. */
const atOnce: Behaviour = (response) => {
  const tokens = Array.from({ length: 11 }, () => token('word ')).join('');
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":12}}\n\n';
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${tokens}${token('end', 'length')}${usage}data: [DONE]\n\n`);
};

test('check says what the server is, what it can do, and that it is ready', async () => {
  const slowly: Behaviour = (response, n, request) => void setTimeout(() => answer(response, n, request), 5);
  const { code, stdout, stderr } = await ask('check', slowly, likeVllm, '--streaming', ...exact);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Server +vLLM 0\.32\.0, context 4096 tokens, model m/);
  expect(stdout).toMatch(/Can do +.*output lengths forced \(ignore_eos, min_tokens\)/);
  expect(stdout).toMatch(/Network +connects in .*round trip/);
  expect(stdout).toMatch(/Prompt tokens +24 by our tokenizer, 24 by the server/);
  expect(stdout).toMatch(/Length +asked 2, came 2/);
  expect(stdout).toMatch(/Ready to be measured\./);
});

test('check finds a stream that is held back, and a length that is not kept', async () => {
  const { code, stdout } = await ask('check', atOnce, {}, '--streaming', ...exact);
  expect(code).toBe(0);
  expect(stdout).toMatch(/! Stream +all chunks came at once/);
  expect(stdout).toMatch(/! Length +asked 2, came 12: the limit is not kept/);
  expect(stdout).toMatch(/Can be measured, but see the 2 warnings above/);
});

test('check as JSON is one object with the same findings', async () => {
  const { stdout } = await ask('check', answer, likeVllm, '--output', 'json', ...exact);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'Ready to be measured.',
    facts: { flavour: 'vllm', version: '0.32.0', contextTokens: 4096, models: ['m'] },
    requests: [{ streaming: true }, { streaming: false, askedOutputTokens: 2, outcome: { outputTokens: 2 } }],
  });
});

test.each([
  [401, 'Incorrect API key provided', /answers HTTP 401: Incorrect API key provided\n.*OPENAI_API_KEY/],
  [404, 'The model `m` does not exist', /answers HTTP 404: The model `m` does not exist\n.*--model/],
  [400, 'max_tokens=9 cannot be greater than max_model_len=8', /max_model_len=8\n.*--max_new_tokens/],
  [400, 'Unrecognized request argument supplied: ignore_eos', /ignore_eos\n.*--ignore_eos false/],
  [400, "'max_tokens' is not supported. Use 'max_completion_tokens'", /\n.*--max_tokens_field max_completion_tokens/],
] as const)(
  'check and run end on HTTP %i (%s) with exit code 4, its words and the way out',
  async (status, message, words) => {
    for (const verb of ['check', 'run'] as const) {
      const { code, stderr } = await ask(verb, refuse(status, message), {});
      expect(code).toBe(4);
      expect(stderr).toMatch(words);
    }
  },
);

test('run says before its levels how lengths are kept, and keeps in the log what the server does not list', async () => {
  const self = { ...likeVllm, '/v1/models': { data: [{ id: 'other', owned_by: 'vllm' }] } };
  const { code, stdout, resultDir } = await ask('run', answer, self, '--streaming', ...exact);
  expect(code).toBe(0);
  expect(stdout).toMatch(/vLLM 0\.32\.0\. Output lengths: forced \(ignore_eos, min_tokens\)\./);
  const warned = (await loggedEvents(lastRun(resultDir))).filter((event) => event.type === 'run.warned');
  expect(warned.map(({ message }) => message)).toContainEqual('the server does not list a model m; it lists other');
});

test('a run whose streams are held back says so', async () => {
  const { code, stdout } = await ask('run', atOnce, {}, '--streaming');
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/All chunks came at once with 2 clients: something between buffers the/);
});

test('embeddings are measured by requests and prompt tokens alone', async () => {
  const vector: Behaviour = (response) => {
    response.end('{"data":[{"embedding":"AACAPw=="}],"usage":{"prompt_tokens":24,"total_tokens":24}}');
  };
  const { code, resultDir } = await ask('run', vector, {}, '--endpoint', 'embeddings');
  expect(code).toBe(0);
  const [level] = summaryOf(lastRun(resultDir)).levels;
  expect(level?.requests).toMatchObject({ completed: 8, empty: 0, failed: 0 });
  expect(level?.steady?.inputTokensPerSec).toBeGreaterThan(0);
  expect(level?.steady?.outputTokensPerSec).toBeUndefined();
  expect(level?.achieved.outputTokens).toBeUndefined();
});

test('responses are measured by their typed events', async () => {
  const typed: Behaviour = (response) => {
    const events = [
      { type: 'response.created', sequence_number: 0 },
      { type: 'response.output_text.delta', delta: 'once ', sequence_number: 1 },
      { type: 'response.output_text.delta', delta: 'upon', sequence_number: 2 },
      { type: 'response.completed', response: { status: 'completed', usage: { input_tokens: 24, output_tokens: 2 } } },
    ];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  };
  const { code, resultDir } = await ask('run', typed, {}, '--endpoint', 'responses', '--streaming');
  expect(code).toBe(0);
  const [level] = summaryOf(lastRun(resultDir)).levels;
  expect(level?.requests).toMatchObject({ completed: 8, failed: 0 });
  expect(level?.tokenSources).toEqual({ usage: 8 });
});

test('a server that dies in the middle of a level is exit code 3, and the words say that it is gone', async () => {
  let server: { close(): void } | undefined;
  const dying: Behaviour = (response, n, request) => {
    server ??= (response.socket as unknown as { server: { close(): void; closeAllConnections(): void } }).server;
    if (n < 30) return answer(response, n, request);
    server.close();
    (server as unknown as { closeAllConnections(): void }).closeAllConnections();
  };
  const { code, stdout, stderr } = await ask('run', dying, {}, '--streaming', '--num_requests_per_client', '400');
  expect(code).toBe(3);
  expect(stderr).toMatch(/too many requests failed/);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/could not connect: is the server up/);
});

test.each([
  [['--header', 'X-Key: a\nb: c'], /--header: expected no line break .*not a valid header value/],
  [['--header', 'no colon'], /--header: expected "Name: value"/],
  [['--extra_body', '{"stream": true}'], /"stream" cannot be set here/],
  [['--extra_body', '{'], /--extra_body: expected a JSON object/],
])('%j is refused with exit code 2', async (words, message) => {
  const { code, stderr } = await ask('run', answer, {}, ...words);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test('Ctrl-C ends a check whose server never answers, at once', async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const url = await startWaywardServer(() => asked(), likeVllm);
  const place = { resultDir: temporaryFolder() };
  const command = startCommand(['check', ...quick, '--api', 'openai', '--url', url, '--model', 'm'], place);
  await isAsked;
  command.kill('SIGINT');
  const since = performance.now();
  expect((await command.ended).code).toBe(130);
  expect(performance.now() - since).toBeLessThan(5000);
});

test('check tells of a request that gets no answer in words of people, and of requests beyond the context', async () => {
  const small = { '/v1/models': { data: [{ id: 'm', owned_by: 'vllm', max_model_len: 20 }] } };
  const { code, stdout, stderr } = await ask('check', () => {}, small, '--streaming', '--request_timeout', '0.3');
  expect(code).toBe(4);
  expect(stdout).toMatch(/failed \(timed out\): no answer after \d+ ms/);
  expect(stdout).toMatch(/! Settings +\d+ of \d+ requests are longer than the context of the server, 20 tokens/);
  expect(stderr).toMatch(/did not answer in time/);
});
