import { expect, test } from 'vitest';
import { atOnce, filesWith, lastRun, quick, runInside, summaryOf, temporaryFolder } from './command.ts';
import { expectReplayEqual } from './expectations.ts';

test('repeats have prompts and files of their own, tell how much figures differ, and go on where they ended', async () => {
  const resultDir = temporaryFolder();
  const sweep = [...quick, ...atOnce, '--num_clients', '1', '2', '--level_order', 'random'];
  expect(await runInside([...sweep, '--repeats', '2'], { resultDir })).toMatchObject({ code: 0 });
  const run = lastRun(resultDir);
  const { sweeps, repeats } = summaryOf(run);
  expect(sweeps.map(({ options }) => options['repeat'])).toEqual([1, 2]);
  expect(new Set(sweeps.map(({ options }) => options['prompt_generator_seed'])).size).toBe(2);
  expect(repeats?.[0]?.loads.map(({ load, requestsPerSec }) => [load.value, requestsPerSec?.count])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  const results = () =>
    filesWith(resultDir, 'prompt_text').flatMap((path) => /(?<=_)clients.*(?=\.json)/.exec(path)?.[0] ?? []);
  expect(results().sort()).toEqual(['clients1', 'clients1_repeat2', 'clients2', 'clients2_repeat2']);
  await expectReplayEqual(run);

  const again = await runInside([...sweep, '--repeats', '3'], { resultDir });
  expect(again.stdout).toContain('Between 3 repeats (sweeps 1 to 3)');
  const levels = summaryOf(lastRun(resultDir)).levels.map(({ sweep: id, status }) => `${id} ${status}`);
  expect(levels).toEqual(['0 skipped', '0 skipped', '1 skipped', '1 skipped', '2 completed', '2 completed']);
});
