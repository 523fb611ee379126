import type { Clock } from '../core/clock.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { RunEvent } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { type KeptPlace, renderSummary, renderWarnings } from '../reports/summaryText.ts';
import type { TitledSweep } from '../reports/sweepTitles.ts';
import { shown, type TextStyle, wrapText } from '../reports/textStyle.ts';
import type { Sink } from './sink.ts';
import { LevelProgress } from './terminalProgress.ts';
import type { TerminalScreen } from './terminalScreen.ts';
import { TerminalTable } from './terminalTable.ts';

export interface TerminalSinkSettings {
  readonly screen: TerminalScreen;
  /** Counts from the run's start, as stamps of events do. */
  readonly clock: Clock;
  readonly style: Omit<TextStyle, 'columns'>;
  /** Levels of the whole run. */
  readonly levels: number;
  readonly sweeps: readonly TitledSweep[];
  /** Where results and log are, for the end. */
  readonly places: readonly KeptPlace[];
  /** Whether a progress line is wanted. */
  readonly progress: boolean;
}

export interface TerminalSink extends Sink {
  /** Prints a line of its own, such as the head of the run, above the progress line. */
  say(text: string): void;
  /** Takes the progress line away, so that others may write. Safe at any time. */
  clear(): void;
}

const liveEveryMs = 250;
const plainEveryMs = 10_000;
/** A terminal that is narrower breaks the lines of tables itself. */
const leastColumns = 40;

/**
 * What a person sees while a run goes on: one line of progress that lives (plain lines where it cannot), a row of the
 * table as each level ends, and the whole answer at the end. It draws when events come, at most four times a second,
 * keeps no timer and never hides the cursor, so that there is nothing to put right on any way out.
 */
export function createTerminalSink(settings: TerminalSinkSettings): TerminalSink {
  const { screen, clock, levels, sweeps, places } = settings;
  const style = (): TextStyle => ({ ...settings.style, columns: Math.max(leastColumns, screen.columns) });
  const everyMs = screen.isLive ? liveEveryMs : plainEveryMs;
  let drawnAtMs = screen.isLive ? Number.NEGATIVE_INFINITY : clock.nowMs();
  let isDrawn = false;
  let progress: LevelProgress | undefined;
  let table: TerminalTable | undefined;
  const stopReasons = new Map<number, string>();

  function clear(): void {
    if (isDrawn) screen.write('\r\u001b[K');
    isDrawn = false;
  }

  function print(lines: readonly string[]): void {
    clear();
    screen.write(lines.map((line) => `${line}\n`).join(''));
  }

  function draw(): void {
    const nowMs = clock.nowMs();
    if (progress === undefined || !settings.progress || nowMs - drawnAtMs < everyMs) return;
    drawnAtMs = nowMs;
    const line = progress.line(nowMs, { ...settings.style, columns: screen.columns });
    screen.write(screen.isLive ? `\r${line}\u001b[K` : `${line}\n`);
    isDrawn = screen.isLive;
  }

  function note(event: RunEvent): void {
    switch (event.type) {
      case 'run.warned': {
        const lines = renderWarnings([event.message], style());
        print(lines);
        table?.interrupt(lines);
        break;
      }
      case 'level.prepared':
        progress = new LevelProgress(event, levels);
        break;
      case 'level.finished':
        progress = undefined;
        break;
      case 'criterion.met':
        if (event.action !== 'endLevel' && !stopReasons.has(event.sweep)) stopReasons.set(event.sweep, event.message);
        break;
      default:
        progress?.add(event);
    }
  }

  function addRow(summary: LevelSummary): void {
    if (table?.sweep !== summary.sweep) {
      settleTable();
      table = new TerminalTable(summary, sweeps, style());
      print(table.head());
    }
    print(table.add(summary));
  }

  /** Shows the table once more, now that it is known which row matters. */
  function settleTable(): void {
    if (table === undefined) return;
    clear();
    screen.write(table.settle(screen, stopReasons.get(table.sweep)));
    table = undefined;
  }

  return {
    name: 'terminal',
    say(text) {
      const lines = wrapText(shown(text, style()), style().columns - 1);
      print(lines);
      table?.interrupt(lines);
    },
    clear,
    write({ events }: RecordedBatch) {
      for (const event of events) note(event);
      draw();
    },
    figure(figure: Figures) {
      if (figure.type === 'window.closed') progress?.addWindow(figure.window);
      else addRow(figure.summary);
    },
    finish(summary: RunSummary) {
      progress = undefined;
      settleTable();
      print(['', ...renderSummary(summary, style(), { places, tables: false, warnings: false })]);
    },
  };
}
