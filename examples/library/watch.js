// Prints a line a second while a sweep runs: node watch.js
import { run } from 'deepspeedometer';

const { windows$, levels$, report } = run({
  api: 'simulator', // for a server of yours: api: 'openai', url: 'http://127.0.0.1:8000', model: 'my-model'
  num_clients: [2, 4],
  num_requests_per_client: 12,
  min_requests: 24,
  prompt_length: 64,
  max_new_tokens: 16,
  streaming: true,
});

windows$.subscribe(({ toMs, requestsPerSec, ttftMs, inFlight }) => {
  const ttft = ttftMs.p50 === undefined ? 'no first token yet' : `TTFT ${ttftMs.p50.toFixed(1)} ms`;
  console.log(`${(toMs / 1000).toFixed(1)} s: ${requestsPerSec.toFixed(1)} requests/s, ${ttft}, ${inFlight} in flight`);
});
levels$.subscribe(({ clients, status }) => console.log(`${clients} clients: ${status}`));

const { folder } = await report;
console.log(`The log is in ${folder}`);
