import { expect, test } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { randomStream } from '../../src/core/random.ts';
import type { Recorded, RunEvent } from '../../src/events/events.ts';
import { RunFold } from '../../src/metrics/runFold.ts';
import { createTerminalSink, type TerminalSinkSettings } from '../../src/sinks/terminalSink.ts';
import { interleave, levelHistory } from '../metrics/eventHistory.ts';
import { madeUpLevel } from '../reports/madeUpRun.ts';
import { TerminalEmulator } from './terminalEmulator.ts';

const loads = [2, 4, 8];

/** A run of one sweep as its log has it. */
function runEvents(level: { readonly failureRatio?: number } = {}): readonly Recorded[] {
  const opening: RunEvent[] = [
    {
      type: 'run.started',
      worker: 0,
      atMs: 0,
      schemaVersion: 1,
      runId: '20261124-161500-k3f',
      startedAt: '2026-11-24T16:15:00.000Z',
      version: '0.1.0',
      api: 'dummy',
      model: 'made-up',
      tokenizer: 'o200k_base',
      options: {},
      machine: {},
    },
    { type: 'sweep.started', worker: 0, atMs: 0, sweep: 0, options: {} },
  ];
  const events: Recorded[] = opening.map((event, seq) => ({ ...event, seq }));
  for (const [number, clients] of loads.entries()) {
    const beginAtMs = (events.at(-1)?.atMs ?? 0) + 5;
    const history = levelHistory({ seed: 7, level: number, clients, planned: clients * 60, beginAtMs, ...level });
    events.push(...interleave(history, randomStream(7, number), events.length));
  }
  const atMs = events.at(-1)?.atMs ?? 0;
  events.push({ type: 'run.finished', worker: 0, atMs, exitCode: 0, digest: '', seq: events.length });
  return events;
}

interface Shown {
  readonly screen: TerminalEmulator;
  /** When something was written, and what. */
  readonly drawn: { readonly atMs: number; readonly text: string }[];
}

/** Plays a log as the pipeline does: batches of events, then their figures; time is that of the events. */
function play(
  events: readonly Recorded[],
  screen: TerminalEmulator,
  more: Partial<TerminalSinkSettings> & { readonly until?: number } = {},
): Shown {
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, setTimeout: () => expect.fail('a timer'), clearTimeout: () => {} };
  const drawn: Shown['drawn'] = [];
  const { columns, rows, isLive, isTerminal, showsErrors } = screen;
  const write = (text: string): void => {
    drawn.push({ atMs: nowMs, text });
    screen.write(text);
  };
  const sink = createTerminalSink({
    screen: { columns, rows, isLive, isTerminal, showsErrors, write },
    clock,
    style: { color: false, unicode: true },
    levels: loads.length,
    sweeps: [{ options: {} }],
    places: () => [{ label: 'Log', place: 'results/runs/20261124-161500-k3f/' }],
    progress: true,
    ...more,
  });
  const fold = new RunFold({ window_seconds: 10 });
  for (const event of events.slice(0, more.until)) {
    nowMs = Math.max(nowMs, event.atMs);
    const figures = fold.add(event);
    sink.write({ firstSeq: event.seq, events: [event], texts: [] });
    for (const figure of figures) sink.figure(figure);
  }
  if (more.until === undefined) void sink.finish(fold.summary());
  return { screen, drawn };
}

test('a level that runs has one line, which tells how far it has come', () => {
  const events = runEvents();
  const finished = events.findIndex(({ type }) => type === 'level.finished');
  const { screen } = play(events, new TerminalEmulator({ columns: 120 }), { until: finished });
  expect(screen.lines).toHaveLength(1);
  expect(screen.current).toMatch(
    /^ {2}level 1 of 3 · [12]( of 2)? clients · ━+╌* · +\d+ of 120 · .* req\/s · .* tok\/s · 0 failed · 0:\d\d left$/,
  );
});

test.each([48, 60, 80, 100, 120])('the progress line stays within %i columns', (columns) => {
  const { drawn } = play(runEvents({ failureRatio: 0.1 }), new TerminalEmulator({ columns, rows: 200 }));
  const lines = drawn.filter(({ text }) => text.startsWith('\r  level'));
  expect(lines.length).toBeGreaterThan(5);
  for (const { text } of lines) expect(text.replace(/^\r|\u001b\[K$/g, '').length).toBeLessThan(columns);
});

test('a terminal too narrow for tables still has its progress in one line', () => {
  const events = runEvents();
  const finished = events.findIndex(({ type }) => type === 'level.finished');
  const { screen } = play(events, new TerminalEmulator({ columns: 24 }), { until: finished });
  expect(screen.lines).toHaveLength(1);
  expect(screen.current).toMatch(/^ {2}level 1 of 3 · +\d/);
});

test('the progress line is drawn at most four times a second', () => {
  const { drawn } = play(runEvents(), new TerminalEmulator());
  const times = drawn.filter(({ text }) => text.startsWith('\r  level')).map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(10);
  for (const [index, atMs] of times.entries())
    if (index > 0) expect(atMs - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(250);
});

test('a row stands for each level once it has ended, and nothing is left of the progress lines', () => {
  const { screen } = play(runEvents(), new TerminalEmulator());
  const rows = screen.lines.filter((line) => /^ {5,8}[248] /.test(line));
  expect(rows.map((row) => Number(row.trim().split(' ')[0]))).toEqual(loads);
  expect(screen.lines.join('\n')).not.toContain('level 1 of');
  expect(screen.lines.filter((line) => line.includes('req/s'))).toHaveLength(1);
  expect(screen.lines.at(-2)).toBe('  Log   results/runs/20261124-161500-k3f/');
});

/** A terminal sink of one level, on a clock that stands still. */
function createSink(screen: TerminalEmulator, more: Partial<TerminalSinkSettings> = {}) {
  return createTerminalSink({
    screen,
    clock: { nowMs: () => 0, setTimeout: () => expect.fail('a timer'), clearTimeout: () => {} },
    style: { color: false, unicode: true },
    levels: 1,
    sweeps: [{ options: {} }],
    places: () => [],
    progress: true,
    ...more,
  });
}

/** A sweep that saturates at 16 clients, as figures only: what a run of skipped levels gives. */
function saturating(
  screen: TerminalEmulator,
  between: (sink: ReturnType<typeof createTerminalSink>) => void = () => {},
) {
  const sink = createSink(screen, { levels: 6 });
  sink.say('deepspeedometer');
  for (const [level, clients] of [1, 2, 4, 8, 16, 32].entries()) {
    if (level === 3) between(sink);
    sink.figure({
      type: 'level.summarized',
      atSeq: level,
      atMs: level,
      summary: madeUpLevel(clients, undefined, level),
    });
  }
  const fold = new RunFold({ window_seconds: 10 });
  void sink.finish(fold.summary());
  return screen.lines;
}

test('the saturated row is marked in the table that already stands there', () => {
  const lines = saturating(new TerminalEmulator());
  expect(lines[0]).toBe('deepspeedometer');
  expect(lines.filter((line) => line.includes('clients   req/s'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('◀ saturated')).map((line) => line.trim().split(' ')[0])).toEqual(['16']);
});

test('a table that has left the screen is shown once more', () => {
  const lines = saturating(new TerminalEmulator({ rows: 6 }));
  expect(lines.filter((line) => line.includes('clients   req/s'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('◀ saturated'))).toHaveLength(1);
});

test('a terminal that changed its width keeps what it shows', () => {
  const screen = new TerminalEmulator({ columns: 120 });
  const lines = saturating(screen, () => {
    screen.columns = 100;
  });
  expect(lines.filter((line) => line.includes('clients   req/s'))).toHaveLength(2);
});

test('each of several sweeps has a table under its title', () => {
  const screen = new TerminalEmulator();
  const sweeps = [64, 128].map((tokens) => ({ options: { max_new_tokens: tokens, streaming: true } }));
  const sink = createSink(screen, { levels: 4, sweeps });
  for (const [level, clients] of [16, 32, 16, 32].entries()) {
    const summary = { ...madeUpLevel(clients, undefined, level), sweep: level >> 1 };
    sink.figure({ type: 'level.summarized', atSeq: level, atMs: level, summary });
  }
  void sink.finish(new RunFold({ window_seconds: 10 }).summary());
  const told = screen.lines
    .filter((line) => /sweep|(?<!not )saturated/.test(line))
    .map((line) => line.trim().replace(/ {2,}.*(?=◀)/, ' '));
  expect(told).toEqual(
    [64, 128].flatMap((tokens, index) => [
      `sweep ${index + 1} of 2 · max_new_tokens ${tokens}`,
      '16 ◀ saturated',
      expect.stringContaining('16 saturated'), // in the curve, which stands below its table
    ]),
  );
});

test('a warning amid the table is kept, above the table', () => {
  const warned: RunEvent = { type: 'run.warned', worker: 0, atMs: 1, message: 'the server\u001b[2J sleeps' };
  const lines = saturating(new TerminalEmulator(), (sink) =>
    sink.write({ firstSeq: 0, events: [{ ...warned, seq: 0 }], texts: [] }),
  );
  const warning = lines.indexOf('  warning  the server sleeps');
  expect(warning).toBeGreaterThan(-1);
  expect(lines.findIndex((line) => line.includes('clients   req/s'))).toBeGreaterThan(warning);
});

test('where lines cannot be taken back a level that ended is told in a line, and the table stands there once', () => {
  const { screen } = play(runEvents(), new TerminalEmulator({ isLive: false, columns: 120 }));
  const told = screen.lines.filter((line) => line.endsWith(' completed'));
  expect(told).toHaveLength(loads.length);
  expect(told[0]).toMatch(/^ {2}level 1 of 3 · 2 clients · .* req\/s · .* tok\/s · e2e .* completed$/);
  expect(screen.lines.filter((line) => line.includes('clients   req/s'))).toHaveLength(1);
  expect(screen.lines.filter((line) => /^ {5,8}[248] /.test(line))).toHaveLength(loads.length);
  expect(screen.lines.join('\n')).not.toContain('\n\n\n');
});

test('where lines cannot be taken back there are only whole lines, and progress at most every 10 s', () => {
  const { drawn } = play(runEvents(), new TerminalEmulator({ isLive: false, columns: 120 }));
  const all = drawn.map(({ text }) => text).join('');
  expect(all).not.toMatch(/[\r\u001b]/);
  expect(all.endsWith('\n')).toBe(true);
  const times = drawn
    .filter(({ text }) => /^ {2}level .* \d+ of \d+ · \D*\d.* left$/m.test(text))
    .map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(0);
  for (const [index, atMs] of times.entries()) expect(atMs - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
});

test('no progress is shown where none is wanted', () => {
  const { drawn } = play(runEvents(), new TerminalEmulator(), { progress: false });
  expect(drawn.filter(({ text }) => text.includes('level 1 of'))).toEqual([]);
});

test('clearing takes the progress line away and leaves the cursor at its beginning', () => {
  const screen = new TerminalEmulator();
  const sink = createSink(screen);
  const prepared = runEvents().find(({ type }) => type === 'level.prepared');
  if (prepared === undefined) throw new Error('no level');
  sink.write({ firstSeq: 0, events: [prepared], texts: [] });
  expect(screen.current).toBe('  level 1 of 1 · 2 clients, 0 warm ·   0 of 120 · 0 failed');
  sink.clear();
  sink.clear();
  screen.write('error');
  expect(screen.lines).toEqual(['error']);
});

test.each([
  [true, '  starting, 2 s'],
  [false, ''],
])('words on the start of a server stand in place of the progress line (live terminal: %s)', (isLive, line) => {
  const screen = new TerminalEmulator({ columns: 60, isLive });
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, setTimeout: () => expect.fail('a timer'), clearTimeout: () => {} };
  const sink = createSink(screen, { clock });
  for (const second of [0, 1, 2]) {
    nowMs = second * 1000;
    sink.tell(`starting, ${second} s`);
  }
  expect(screen.current).toBe(line);
  sink.say('Ready.');
  expect(screen.lines).toEqual(['Ready.', '']);
  nowMs = 11_000;
  sink.tell('starting another');
  expect(screen.lines).toEqual(['Ready.', '  starting another', ...(isLive ? [] : [''])]);
});
