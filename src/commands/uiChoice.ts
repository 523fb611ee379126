import { readFileSync } from 'node:fs';
import { SpeedometerError } from '../core/errors.ts';
import type { ViewOptions } from '../terminal/viewOptions.ts';

/** How a run is shown while it goes on. */
export type Ui = Exclude<ViewOptions['ui'], 'auto'>;

/** What the choice depends on. */
export interface UiPlace {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the terminal listens to us: a job in the background would be stopped by its first look at the keys. */
  readonly isForeground: boolean;
}

const [leastColumns, leastRows] = [80, 24];

/**
 * What `--ui` comes to at a place.
 * @param quiet no progress is wanted, so that `auto` never takes the terminal
 * @throws SpeedometerError `usage` where `live` was asked for and there is no terminal
 */
export function chooseUi(asked: ViewOptions['ui'], quiet: boolean, place: UiPlace): Ui {
  const { isTerminal, columns, rows, env, isForeground } = place;
  const isAble = isTerminal && env['TERM'] !== 'dumb';
  if (asked === 'live' && !isAble) {
    throw new SpeedometerError('usage', '--ui live: expected a terminal to draw on, and the output goes elsewhere', {
      hint: '--ui plain prints lines, --ui json prints JSON lines for programs.',
    });
  }
  if (asked !== 'auto') return asked;
  const isWanted = !quiet && isForeground && !isContinuousIntegration(env);
  return isAble && isWanted && columns >= leastColumns && rows >= leastRows ? 'live' : 'plain';
}

function isContinuousIntegration({ CI = '' }: NodeJS.ProcessEnv): boolean {
  return CI !== '' && CI !== 'false' && CI !== '0';
}

/** Whether this process is in its terminal's foreground; where the system does not tell, it is taken to be. */
export function isInForeground(): boolean {
  try {
    // pid (name) state parent group session terminal foreground-group; the name may hold anything.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return group === foreground;
  } catch {
    return true;
  }
}
