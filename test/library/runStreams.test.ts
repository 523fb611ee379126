import { lastValueFrom, type Observable } from 'rxjs';
import { expect, test } from 'vitest';
import { replay } from '../../src/library/replay.ts';
import { type RunInput, run } from '../../src/library/run.ts';

test.each([
  ['run', () => run({ num_client: 1 } as RunInput)],
  ['replay', () => replay('/nowhere/at/all')],
])('what ends a %s in an error is told by its report alone: its streams complete', async (_, start) => {
  const { events$, requests$, windows$, levels$, report } = start();
  const streams: readonly Observable<unknown>[] = [events$, requests$, windows$, levels$];
  const ends = streams.map((stream$) => lastValueFrom(stream$, { defaultValue: 'completed' }));
  await expect(report).rejects.toMatchObject({ name: 'SpeedometerError', code: 'usage' });
  expect(await Promise.all(ends)).toEqual(streams.map(() => 'completed'));
});
