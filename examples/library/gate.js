// Measures, and fails the job where an objective is missed: node gate.js 'mean(ttft) < 200ms'
import { judge, run } from 'deepspeedometer';

const [objective = 'mean(ttft) < 200ms'] = process.argv.slice(2);

const { report } = run({
  num_clients: [1, 2, 4],
  num_requests_per_client: 8,
  min_requests: 16,
  prompt_length: 64,
  max_new_tokens: 8,
  streaming: true,
  force: true, // measure again what was measured before
});

const { summary, exitCode } = await report;
process.exitCode = exitCode;
for (const level of summary.levels) {
  const { status, reason = '' } = judge(level, objective);
  console.log(`${level.clients} clients: ${objective} is ${status} ${reason}`.trimEnd());
  if (status === 'missed') process.exitCode = 3;
}
