import type { TerminalScreen } from '../sinks/terminalScreen.ts';

/** A screen on which nothing shows until it is released. */
export interface HeldScreen extends TerminalScreen {
  /** Writes what was held back. Safe more than once. */
  release(): void;
}

/** Holds back what is written to a screen, as long as another view has it. Its lines cannot be taken back. */
export function heldScreen(screen: TerminalScreen): HeldScreen {
  let held = '';
  return {
    get columns() {
      return screen.columns;
    },
    get rows() {
      return screen.rows;
    },
    isLive: false,
    isTerminal: screen.isTerminal,
    showsErrors: screen.showsErrors,
    write(text) {
      held += text;
    },
    release() {
      if (held !== '') screen.write(held);
      held = '';
    },
  };
}
