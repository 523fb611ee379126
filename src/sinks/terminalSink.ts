import type { Clock } from '../core/clock.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { CriterionAction, RunEvent } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { Figures } from '../metrics/runFold.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import { type KeptPlace, renderSummary, renderWarnings } from '../reports/summaryText.ts';
import type { TitledSweep } from '../reports/sweepTitles.ts';
import { shown, type TextStyle, wrapText } from '../reports/textStyle.ts';
import { isInterrupted } from '../reports/verdict.ts';
import { renderLevelLine } from './levelLine.ts';
import { LiveLine } from './liveLine.ts';
import type { Sink } from './sink.ts';
import { LevelProgress } from './terminalProgress.ts';
import type { TerminalScreen } from './terminalScreen.ts';
import { TerminalTable } from './terminalTable.ts';

export interface TerminalSinkSettings {
  readonly screen: TerminalScreen;
  /** Counts from the run's start, as stamps of events do. */
  readonly clock: Clock;
  readonly style: Omit<TextStyle, 'columns'>;
  /** Levels of the whole run; `undefined` where they are chosen on the way. */
  readonly levels: number | undefined;
  readonly sweeps: readonly TitledSweep[];
  /** Where results and log are, once the run is over. */
  readonly places: (summary: RunSummary) => readonly KeptPlace[];
  /** Whether a progress line is wanted. */
  readonly progress: boolean;
}

export interface TerminalSink extends Sink {
  /** Prints a line of its own, such as the head of the run, above the progress line. */
  say(text: string): void;
  /** Shows words in place of the progress line, until there is one: how the start of a server goes. */
  tell(words: string): void;
  /** Takes the progress line away, so that others may write. Safe at any time. */
  clear(): void;
}

/** A terminal that is narrower breaks the lines of tables itself. */
const leastColumns = 40;

/**
 * What a person sees while a run goes on: one line of progress that lives, a row of the table as each level ends, the
 * answer of a sweep below its table, and what the run is worth at the end. Where lines cannot be taken back there are plain
 * ones, now and then and for each level that ended, and the table stands there once. It draws when events come, at most
 * four times a second, keeps no timer and never hides the cursor, so that there is nothing to put right on any way out.
 */
export function createTerminalSink(settings: TerminalSinkSettings): TerminalSink {
  const { screen, clock, levels, sweeps } = settings;
  const style = (): TextStyle => ({ ...settings.style, columns: Math.max(leastColumns, screen.columns) });
  const line = new LiveLine(screen, clock);
  let progress: LevelProgress | undefined;
  let table: TerminalTable | undefined;
  const stopReasons = new Map<number, string>();

  function print(lines: readonly string[]): void {
    line.clear();
    screen.write(lines.map((line) => `${line}\n`).join(''));
  }

  function interject(lines: readonly string[]): void {
    print(lines);
    table?.interrupt(lines);
  }

  function draw(): void {
    if (!settings.progress) return;
    line.draw(() => progress?.line(clock.nowMs(), { ...settings.style, columns: screen.columns }));
  }

  function note(event: RunEvent): void {
    switch (event.type) {
      case 'run.warned':
        interject(renderWarnings([event.message], style()));
        break;
      case 'level.prepared':
        if (table !== undefined && table.sweep !== event.sweep) {
          settleTable(false);
          if (!screen.isLive) print(['']);
        }
        progress = new LevelProgress(event, levels);
        break;
      case 'level.finished':
        progress = undefined;
        break;
      case 'criterion.met':
        if (!stopsLevelOnly(event.action)) stopReasons.set(event.sweep, stopReasons.get(event.sweep) ?? event.message);
        break;
      default:
        progress?.add(event);
    }
  }

  function addRow(summary: LevelSummary): void {
    if (table?.sweep !== summary.sweep) {
      settleTable(false);
      table = new TerminalTable(summary, sweeps, style());
      if (screen.isLive) print(table.head());
    }
    const rows = table.add(summary);
    if (screen.isLive) print(rows);
    else if (settings.progress && summary.status !== 'skipped') print([renderLevelLine(summary, levels, style())]);
  }

  /** Shows the whole table, now that it is known which row matters, and what follows from it. */
  function settleTable(isInterrupted: boolean): void {
    if (table === undefined) return;
    line.clear();
    screen.write(table.settle(screen, style(), { stopReason: stopReasons.get(table.sweep), isInterrupted }));
    table = undefined;
  }

  return {
    name: 'terminal',
    say: (text) => interject(wrapText(shown(text, style()), style().columns - 1)),
    tell(words) {
      if (progress === undefined && settings.progress) line.tell(words, settings.style);
    },
    clear: () => line.clear(),
    write({ events }: RecordedBatch) {
      for (const event of events) note(event);
      draw();
    },
    figure: (figure: Figures) =>
      figure.type === 'window.closed' ? progress?.addWindow(figure.window) : addRow(figure.summary),
    finish(summary: RunSummary) {
      progress = undefined;
      settleTable(isInterrupted(summary.run));
      print(['', ...renderEnd(summary, settings, style())]);
    },
  };
}

function renderEnd(summary: RunSummary, { places, screen }: TerminalSinkSettings, style: TextStyle): readonly string[] {
  // Where errors are seen the error itself comes next; a file would not have it.
  const parts = { places: places(summary), sweeps: false, warnings: false, error: !screen.showsErrors };
  return renderSummary(summary, style, parts);
}

function stopsLevelOnly(action: CriterionAction): boolean {
  return action === 'endLevel' || action === 'completeLevel';
}
