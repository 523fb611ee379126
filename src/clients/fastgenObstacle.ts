import { execFile } from 'node:child_process';
import { SpeedometerError } from '../core/errors.ts';
import { type FastgenCommandSettings, fastgenCommand } from './fastgenCommand.ts';

const lookLimitMs = 10_000;

/** The sentence in which our script says why FastGen cannot run. @returns undefined where the output has none */
export function obstacleIn(output: string): string | undefined {
  return /FastGen cannot run here: .*/.exec(output)?.[0];
}

/**
 * Lets our script look whether there is an MII. It imports nothing, so that it takes as long as Python's own start.
 * @returns `serverUnreachable` where there is none; undefined where there is, or where our script does not start the server
 */
export function fastgenObstacle(
  settings: FastgenCommandSettings & { readonly url?: string },
): Promise<SpeedometerError | undefined> {
  if (settings.url !== undefined || settings.server_command !== undefined) return Promise.resolve(undefined);
  const [program = '', ...args] = fastgenCommand(settings);
  return new Promise((resolve) => {
    // What else may go wrong here, its start will tell.
    execFile(program, [...args, '--look'], { timeout: lookLimitMs }, (_error, _stdout, stderr) => {
      const sentence = obstacleIn(stderr);
      resolve(sentence === undefined ? undefined : new SpeedometerError('serverUnreachable', sentence));
    });
  });
}
