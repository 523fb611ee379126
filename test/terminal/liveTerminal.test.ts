import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { LiveFold } from '../../src/terminal/liveFold.ts';
import { createLiveTerminal, type LiveTerminal } from '../../src/terminal/liveTerminal.ts';
import { runLog } from '../metrics/runLog.ts';
import { analysedItems, liveOptions } from './playedRun.ts';

interface Shown {
  readonly live: LiveTerminal;
  readonly writes: string[];
  readonly pressed: string[];
  /** Lets time pass, in steps of a millisecond. */
  pass(ms: number): void;
}

function show(): Shown {
  const items = analysedItems(runLog({ seed: 2, planned: 300, meanGapMs: 25 }, [4]));
  const fold = new LiveFold(liveOptions);
  let nowMs = 0;
  let next = 0;
  let timer: { readonly atMs: number; readonly callback: () => void } | undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    setTimeout: (callback, delayMs) => {
      timer = { atMs: nowMs + delayMs, callback };
    },
    clearTimeout: () => {
      timer = undefined;
    },
  };
  const writes: string[] = [];
  const pressed: string[] = [];
  const live = createLiveTerminal({
    screen: { columns: 80, rows: 24, write: (text) => void writes.push(text) },
    style: { color: false, unicode: true },
    clock,
    view: () => fold.view(),
    nowMs: () => nowMs,
    levels: 1,
    keys: [{ key: 'q', name: 'end', does: 'ends', press: () => void pressed.push('q') }],
  });
  return {
    ...{ live, writes, pressed },
    pass(ms) {
      for (const untilMs = nowMs + ms; nowMs < untilMs; ) {
        nowMs++;
        for (let item = items[next]; item !== undefined && item.atMs <= nowMs; item = items[++next]) fold.add(item);
        if (timer !== undefined && timer.atMs <= nowMs) timer.callback();
      }
    },
  };
}

test('it draws at most four frames a second, however much happens', () => {
  const { writes, pass } = show();
  const before = writes.length;
  pass(3000);
  expect(writes.length - before).toBeGreaterThan(3);
  expect(writes.length - before).toBeLessThanOrEqual(12);
});

test('only lines that changed are written', () => {
  const { writes, pass } = show();
  pass(2000);
  const lines = writes.slice(3).map((text) => text.split('\u001b[K').length - 1);
  expect(Math.max(...lines)).toBeLessThan(24);
});

test('p stops the drawing, and goes on', () => {
  const { live, writes, pass } = show();
  pass(1000);
  live.press('p');
  expect(writes.at(-1)).toContain('paused');
  const paused = writes.length;
  pass(1000);
  expect(writes).toHaveLength(paused);
  live.press('p');
  expect(writes.length).toBeGreaterThan(paused);
});

test('? shows the help, and the next key only takes it away', () => {
  const { live, writes, pressed } = show();
  live.press('?');
  expect(writes.at(-1)).toContain('stops the drawing');
  live.press('q');
  expect(pressed).toEqual([]);
  live.press('q');
  expect(pressed).toEqual(['q']);
});

test('closing gives the terminal back once, and nothing is drawn after', () => {
  const { live, writes, pass } = show();
  live.close();
  live.close();
  live.redraw();
  live.press('p');
  pass(1000);
  expect(writes.filter((text) => text.includes('\u001b[?1049h'))).toHaveLength(1);
  expect(writes.filter((text) => text.includes('\u001b[?1049l'))).toHaveLength(1);
  expect(writes.at(-1)).toBe('\u001b[?25h\u001b[?7h\u001b[?1049l');
});

test('words stand until something newer is said', () => {
  const { live, writes } = show();
  live.tell('the server loads its weights');
  live.redraw();
  expect(writes.at(-1)).toContain('the server loads its weights');
});
