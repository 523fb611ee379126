import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { freePort } from '../clients/freePort.ts';
import { lastRun, loggedEvents, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from '../endToEnd/expectations.ts';
import { expectCurve, expectExactSweep, resultFilesOf, serverScripts, startScript } from './realServers.ts';

const script = 'start-llamacpp.sh';
const isHere = existsSync(join(serverScripts, script));
const why = isHere ? '' : ` (skipped: no ${join(serverScripts, script)})`;

const load = [
  ...['--num_clients', '1', '2', '4', '8', '--num_requests_per_client', '4', '--min_requests', '16', '--streaming'],
  ...['--prompt_length', '16', '--max_new_tokens', '8', '--prompt_generator_seed', '1', '--workers', '1', '--quiet'],
  ...['--early_stop_latency', '1000'],
];

/** What the server has counted since it was started. */
async function counterOf(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(page.match(new RegExp(`^llamacpp:${name} (\\S+)$`, 'm'))?.[1]);
}

test.skipIf(!isHere).each(['completions', 'chat'])(
  `a llama.cpp server is measured at its address by %s, and its own counters agree${why}`,
  { timeout: 600_000 },
  async (endpoint) => {
    const [resultDir, port] = [temporaryFolder(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const server = await startScript(script, port, ['--threads', '1']); // several wait for one another, busily
    const { code, stderr } = await runCommand(
      [
        ...['--api', 'openai', '--url', url, '--model', 'smollm2', '--tokenizer', 'o200k_base', '--endpoint', endpoint],
        ...load,
      ],
      { resultDir },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const run = lastRun(resultDir);
    const summary = summaryOf(run);
    expectBooksBalanced(summary);
    expectNothingInvented(summary);
    await expectReplayEqual(run);
    await expectExactSweep(run, summary);
    expectCurve(summary.levels);
    expect(summary.saturation?.status).toBeDefined();
    expect(resultFilesOf(resultDir)).toEqual([1, 2, 4, 8].map((clients) => `prompt16_gen8_clients${clients}.json`));

    // It counts tokens and no requests: all answers of the run together, warm-ups too.
    const answers = (await loggedEvents(run)).filter((event) => event.type === 'request.completed');
    const ours = answers.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
    expect(await counterOf(url, 'tokens_predicted_total')).toBe(ours);
    expect(await counterOf(url, 'requests_processing')).toBe(0);

    await server.stop();
    expect(await portTrouble(port)).toBeUndefined();
  },
);
