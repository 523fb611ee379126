import type { Clock } from '../core/clock.ts';
import type { TextStyle } from '../reports/textStyle.ts';
import type { KeyHelp } from './keyHelp.ts';
import { renderFrame } from './liveFrame.ts';
import type { LiveView } from './liveView.ts';
import { type PaintedScreen, ScreenPainter } from './screenPainter.ts';

/** Something that a key sets off, beside pausing and help. */
export interface LiveKey extends KeyHelp {
  readonly press: () => void;
}

export interface LiveTerminalSettings {
  readonly screen: PaintedScreen;
  readonly style: Omit<TextStyle, 'columns'>;
  /** Times the frames. */
  readonly clock: Clock;
  /** What there is to show; asked for once a frame. */
  readonly view: () => LiveView;
  /** The time that is shown, ms since the run's start. */
  readonly nowMs: () => number;
  /** Levels of the whole run, where they are known. */
  readonly levels: number | undefined;
  readonly keys: readonly LiveKey[];
}

/** A live view that is on the screen. */
export interface LiveTerminal {
  /** Words on what goes on: how a server starts, what was asked for. */
  tell(words: string): void;
  press(key: string): void;
  /** Draws at once: the terminal may have another size. */
  redraw(): void;
  /** Takes the view away. Safe at any time, and more than once. */
  close(): void;
}

/** At most four frames a second. */
const frameEveryMs = 250;

const pauseKey: KeyHelp = { key: 'p', name: 'pause', does: 'stops the drawing, not the run; once more goes on' };
const helpKey: KeyHelp = { key: '?', name: 'help', does: 'shows this' };

/**
 * Shows a run while it goes on, four times a second, until it is closed. Events cost it nothing: it folds none, and asks
 * for the view when it draws.
 */
export function createLiveTerminal(settings: LiveTerminalSettings): LiveTerminal {
  const { screen, style, clock, view, nowMs, levels } = settings;
  const painter = new ScreenPainter(screen);
  const keys = [...settings.keys, pauseKey, helpKey];
  let told: { readonly words: string; readonly note: string | undefined } | undefined;
  let isHelp = false;
  let paused: { readonly view: LiveView; readonly nowMs: number } | undefined;
  let isClosed = false;

  function draw(): void {
    if (isClosed) return;
    const shown = paused ?? { view: view(), nowMs: nowMs() };
    const { columns, rows } = screen;
    const status = told?.note === shown.view.note ? told?.words : undefined;
    const facts = { nowMs: shown.nowMs, levels, status, isPaused: paused !== undefined, keys, isHelp };
    painter.draw(renderFrame(shown.view, facts, { ...style, columns }, rows));
  }

  function tick(): void {
    draw();
    timer = clock.setTimeout(tick, frameEveryMs);
  }

  painter.open();
  let timer: unknown;
  tick();

  return {
    tell(words) {
      told = { words, note: view().note };
    },
    press(key) {
      if (isClosed) return;
      if (isHelp) isHelp = false;
      else if (key === helpKey.key) isHelp = true;
      else if (key === pauseKey.key) paused = paused === undefined ? { view: view(), nowMs: nowMs() } : undefined;
      else settings.keys.find((one) => one.key === key)?.press();
      draw();
    },
    redraw: draw,
    close() {
      if (isClosed) return;
      isClosed = true;
      clock.clearTimeout(timer);
      painter.close();
    },
  };
}
