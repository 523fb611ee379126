import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../clients/freePort.ts';
import { lastRun, loggedEvents, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';
import { expectReplayEqual } from '../endToEnd/expectations.ts';
import { serverScripts, startScript } from './realServers.ts';

const script = 'start-llamacpp.sh';
const isHere = existsSync(join(serverScripts, script));
const why = isHere ? '' : ` (skipped: no ${join(serverScripts, script)})`;

const talk = {
  max_tokens: 4,
  messages: ['Who waits?', 'How long?', 'And then?'].map((content) => ({ role: 'user', content })),
};
const protocols = [
  ['--api', 'openai', '--endpoint', 'chat'],
  ['--api', 'openai', '--endpoint', 'responses'],
  ['--api', 'anthropic'],
];

test.skipIf(!isHere)(
  `a llama.cpp server takes its own answers back, by every protocol that holds conversations${why}`,
  { timeout: 600_000 },
  async () => {
    const [resultDir, port] = [temporaryFolder(), await freePort()];
    const dataset = join(resultDir, 'talk.jsonl');
    writeFileSync(dataset, JSON.stringify(talk));
    const server = await startScript(script, port);
    const load = [
      '--num_clients',
      '1',
      '--num_requests_per_client',
      '3',
      '--min_requests',
      '3',
      '--warmup_requests',
      '0',
    ];
    const asked = ['--url', `http://127.0.0.1:${port}`, '--model', 'smollm2', '--tokenizer', 'o200k_base'];
    for (const protocol of protocols) {
      const args = [...protocol, ...asked, ...load, '--dataset', dataset, '--streaming', '--quiet', '--force'];
      expect(await runCommand(args, { resultDir })).toMatchObject({ code: 0, stderr: '' });
      const run = lastRun(resultDir);
      expect(summaryOf(run).levels[0]?.turns?.map(({ completed }) => completed)).toEqual([1, 1, 1]);
      const answers = (await loggedEvents(run)).filter((event) => event.type === 'request.completed');
      const [first = 0, second = 0, third = 0] = answers.map(({ serverPromptTokens }) => serverPromptTokens);
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
      await expectReplayEqual(run);
    }
    await server.stop();
  },
);
