import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { RecordedBatch } from '../../src/events/eventLog.ts';
import type { Figures } from '../../src/metrics/runFold.ts';
import { attachSinks } from '../../src/sinks/attachSinks.ts';
import type { Sink } from '../../src/sinks/sink.ts';

const batch: RecordedBatch = { firstSeq: 0, events: [], texts: [] };

function attached(...sinks: readonly Sink[]) {
  const recorded$ = new Subject<RecordedBatch>();
  const warnings: string[] = [];
  const { finish } = attachSinks(sinks, recorded$, new Subject<Figures>(), (message) => warnings.push(message));
  return { recorded$, warnings, finish };
}

function countingSink(name: string, fails: boolean) {
  let writes = 0;
  const sink: Sink = {
    name,
    write: () => {
      writes++;
      if (fails) throw new Error('no space left');
    },
    figure: () => {},
    finish: () => {},
  };
  return { sink, writes: () => writes };
}

test('a sink that throws is left out with a warning, and the others go on', () => {
  const bad = countingSink('bad', true);
  const good = countingSink('good', false);
  const { recorded$, warnings } = attached(bad.sink, good.sink);
  recorded$.next(batch);
  recorded$.next(batch);
  expect([bad.writes(), good.writes()]).toEqual([1, 2]);
  expect(warnings).toEqual(['bad: no space left. The run goes on without it.']);
});

test('a sink that fails at the end keeps no other from ending', async () => {
  const ended: string[] = [];
  const sink = (name: string, failure?: Error): Sink => ({
    name,
    write: () => {},
    figure: () => {},
    finish: async () => {
      ended.push(name);
      if (failure !== undefined) throw failure;
    },
  });
  const { finish, warnings } = attached(sink('one', new Error('gone')), sink('two'));
  expect(await finish({} as never)).toEqual(['one: gone']);
  expect(ended).toEqual(['one', 'two']);
  expect(warnings).toEqual([]);
});

test('a sink whose promise is rejected is left out like one that throws', async () => {
  let writes = 0;
  const write: unknown = async () => {
    writes++;
    throw new Error('connection reset');
  };
  const sink: Sink = { name: 'remote', write: write as Sink['write'], figure: () => {}, finish: () => {} };
  const { recorded$, warnings } = attached(sink);
  recorded$.next(batch);
  await Promise.resolve();
  await Promise.resolve();
  recorded$.next(batch);
  expect(writes).toBe(1);
  expect(warnings).toEqual(['remote: connection reset. The run goes on without it.']);
});

test('a sink that never ends keeps the run for ten seconds and no longer', async () => {
  const asked: number[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    setTimeout: (callback, delayMs) => {
      asked.push(delayMs);
      queueMicrotask(callback);
    },
    clearTimeout: () => {},
  };
  const sink: Sink = { name: 'slow', write: () => {}, figure: () => {}, finish: () => new Promise(() => {}) };
  const { finish } = attachSinks([sink], new Subject(), new Subject(), () => {}, clock);
  expect(await finish({} as never)).toEqual(["slow: not done 10 s after the run's end"]);
  expect(asked).toEqual([10_000]);
});

test('a log that fails ends the stream, and the sinks are not to blame', () => {
  const good = countingSink('good', false);
  const { recorded$, warnings } = attached(good.sink);
  recorded$.error(new Error('disk full'));
  expect(warnings).toEqual([]);
});
