import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MachineCeiling } from '../../src/events/events.ts';
import { lastRun, mainModule, quick, runCommand, summaryOf, temporaryFolder } from '../endToEnd/command.ts';

test('a machine that was calibrated has its ceiling in every run after, and the run says how close it came', async () => {
  const state = temporaryFolder();
  const env = { ...process.env, XDG_STATE_HOME: state };
  const calibrated = spawnSync(process.execPath, [mainModule, 'calibrate', '--output', 'json'], {
    env,
    encoding: 'utf8',
  });
  expect({ status: calibrated.status, stderr: calibrated.stderr }).toMatchObject({ status: 0 });
  const { ceiling, path } = JSON.parse(calibrated.stdout) as {
    readonly ceiling: MachineCeiling;
    readonly path: string;
  };
  expect(path.startsWith(join(state, 'deepspeedometer', 'calibrations'))).toBe(true);
  expect(ceiling.workerMicrosPerRequest).toBeGreaterThan(1);
  expect(ceiling.workerMicrosPerRequest).toBeLessThan(1000);
  expect(ceiling.gapErrorMs.p50).toBeLessThan(20);

  const resultDir = temporaryFolder();
  const args = [...quick, '--num_clients', '2', '--ui', 'plain'];
  const { code, stdout } = await runCommand(args, { resultDir, env: { XDG_STATE_HOME: state } });
  expect(code).toBe(0);
  expect(stdout).toMatch(/of what this machine can send was asked of it, with 2 clients/);
  expect(summaryOf(lastRun(resultDir)).run.ceiling).toEqual(ceiling);
});
