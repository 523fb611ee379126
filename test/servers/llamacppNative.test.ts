import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { portTrouble } from '../../src/clients/serverPort.ts';
import { freePort } from '../clients/freePort.ts';
import { lastRun, loggedEvents, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectBooksBalanced, expectNothingInvented, expectReplayEqual } from '../endToEnd/expectations.ts';
import { expectCurve, expectExactSweep, serverScripts, startScript } from './realServers.ts';

const script = 'start-llamacpp.sh';
const isHere = existsSync(join(serverScripts, script));
const why = isHere ? '' : ` (skipped: no ${join(serverScripts, script)})`;

const load = [
  ...['--num_clients', '1', '4', '--num_requests_per_client', '4', '--min_requests', '12', '--streaming'],
  ...['--prompt_length', '16', '--max_new_tokens', '8', '--prompt_generator_seed', '1', '--workers', '1', '--quiet'],
  ...['--model', 'smollm2', '--tokenizer', 'o200k_base'],
];

/** Output tokens that the server has counted since it was started. */
async function predictedTokens(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(page.match(/^llamacpp:tokens_predicted_total (\S+)$/m)?.[1]);
}

test.skipIf(!isHere).each(['llamacpp', 'anthropic'])(
  `a llama.cpp server is measured by --api %s, and its own count of tokens agrees${why}`,
  { timeout: 600_000 },
  async (api) => {
    const [resultDir, port] = [temporaryFolder(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const server = await startScript(script, port, ['--threads', '1']); // several wait for one another, busily
    const { code, stderr } = await runCommand(['--api', api, '--url', url, ...load], { resultDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const run = lastRun(resultDir);
    const summary = summaryOf(run);
    expectBooksBalanced(summary);
    expectNothingInvented(summary);
    await expectReplayEqual(run);
    expectCurve(summary.levels);
    if (api === 'llamacpp') await expectExactSweep(run, summary); // the other protocol cannot force lengths

    const answers = (await loggedEvents(run)).filter((event) => event.type === 'request.completed');
    expect(new Set(answers.map(({ tokenSource }) => tokenSource))).toEqual(new Set(['usage']));
    expect(await predictedTokens(url)).toBe(answers.reduce((sum, { outputTokens }) => sum + outputTokens, 0));

    await server.stop();
    expect(await portTrouble(port)).toBeUndefined();
  },
);
