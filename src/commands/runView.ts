import type { Clock } from '../core/clock.ts';
import type { CriteriaOptions } from '../criteria/criteriaOptions.ts';
import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { KeptPlace } from '../reports/summaryText.ts';
import type { TitledSweep } from '../reports/sweepTitles.ts';
import type { TextStyle } from '../reports/textStyle.ts';
import { createJsonLines } from '../sinks/jsonLines.ts';
import type { Sink } from '../sinks/sink.ts';
import type { TerminalScreen } from '../sinks/terminalScreen.ts';
import { createTerminalSink, type TerminalSink } from '../sinks/terminalSink.ts';
import { LiveFold } from '../terminal/liveFold.ts';
import { createLiveTerminal, type LiveKey } from '../terminal/liveTerminal.ts';
import type { LiveView } from '../terminal/liveView.ts';
import type { ViewOptions } from '../terminal/viewOptions.ts';
import { heldScreen } from './heldScreen.ts';
import { createLiveSink, withRecordedDecisions } from './liveSink.ts';
import { createScreen } from './screen.ts';
import type { Output, Terminal } from './terminal.ts';
import { guardTerminal } from './terminalGuard.ts';
import { chooseUi, isInForeground } from './uiChoice.ts';

/** What is shown of a run, whichever way was chosen. */
export interface RunView {
  readonly sinks: readonly Sink[];
  /** Words that stay. */
  say(text: string): void;
  /** Words on how something goes, which others will take the place of. */
  tell(words: string): void;
  /** Gives the terminal back; after that others may write. Safe more than once. */
  close(): void;
}

export interface RunViewSettings {
  readonly ui: ViewOptions['ui'];
  readonly quiet: boolean;
  readonly terminal: Terminal;
  /** Which of its outputs text goes to; JSON lines always go to standard output. */
  readonly output: Output;
  readonly options: MetricsOptions & CriteriaOptions;
  /** Counts from the run's start, as stamps of events do. */
  readonly clock: Clock;
  /** Times the frames, where that is not the same. */
  readonly frameClock?: Clock;
  readonly levels: number | undefined;
  readonly sweeps: readonly TitledSweep[];
  readonly places: (summary: RunSummary) => readonly KeptPlace[];
  /** What can be done by a key in the live view. */
  readonly keys: (view: () => LiveView) => readonly LiveKey[];
}

/**
 * Makes the view of a run that `--ui` asks for.
 * @throws SpeedometerError `usage` where it asks for what the output cannot show
 */
export function createRunView(settings: RunViewSettings): RunView {
  const screen = createScreen(settings.output, settings.terminal.errors);
  const place = { isTerminal: screen.isTerminal, columns: screen.columns, rows: screen.rows };
  const ui = chooseUi(settings.ui, settings.quiet, { ...place, env: process.env, isForeground: isInForeground() });
  if (ui === 'live') return liveView(settings);
  if (ui === 'none') return silentView(settings.terminal);
  if (ui === 'plain') return plainView(createText(settings, screen, screen.style, !settings.quiet));
  const lines = withRecordedDecisions(createJsonLines((line) => settings.terminal.writeOut(line)));
  const view = plainView(createText(settings, screen, screen.style, !settings.quiet));
  return { ...view, sinks: [lines, ...view.sinks] };
}

function createText(
  { clock, levels, sweeps, places }: RunViewSettings,
  screen: TerminalScreen,
  style: Omit<TextStyle, 'columns'>,
  progress: boolean,
): TerminalSink {
  return createTerminalSink({ screen, clock, style, levels, sweeps, places, progress });
}

function plainView(text: TerminalSink): RunView {
  return { sinks: [text], say: text.say, tell: text.tell, close: text.clear };
}

/** The text is the same as ever; it only waits until the terminal is free again. */
function liveView(settings: RunViewSettings): RunView {
  const { terminal, output, options, clock, frameClock = clock, levels, keys } = settings;
  const screen = createScreen(output, terminal.errors);
  const { style } = screen;
  const held = heldScreen(screen);
  const text = createText(settings, held, style, false);
  const fold = new LiveFold(options);
  const view = (): LiveView => fold.view();
  const live = createLiveTerminal({
    ...{ screen, style, view, levels },
    clock: frameClock,
    nowMs: () => clock.nowMs(),
    keys: keys(view),
  });
  const guard = guardTerminal(live, output, () => held.release());
  return {
    sinks: [createLiveSink(fold), text],
    say(words) {
      text.say(words);
      live.tell(words);
    },
    tell: (words) => live.tell(words),
    close: () => guard.release(),
  };
}

/** Warnings alone. */
function silentView(terminal: Terminal): RunView {
  const warnings: Sink = {
    name: 'warnings',
    write({ events }) {
      for (const event of events) {
        if (event.type === 'run.warned') terminal.writeError(`warning  ${event.message}\n`);
      }
    },
    figure() {},
    finish() {},
  };
  return { sinks: [warnings], say() {}, tell() {}, close() {} };
}
