import { expect, test } from 'vitest';
import { chooseUi, type UiPlace } from '../../src/commands/uiChoice.ts';

const terminal: UiPlace = {
  ...{ isTerminal: true, columns: 80, rows: 24, isForeground: true },
  env: { TERM: 'xterm-256color' },
};

test.each<readonly [string, UiPlace, boolean, string]>([
  ['a terminal of 80x24', terminal, false, 'live'],
  ['a narrower one', { ...terminal, columns: 79 }, false, 'plain'],
  ['a lower one', { ...terminal, rows: 23 }, false, 'plain'],
  ['a file', { ...terminal, isTerminal: false }, false, 'plain'],
  ['a dumb terminal', { ...terminal, env: { TERM: 'dumb' } }, false, 'plain'],
  ['a CI job', { ...terminal, env: { CI: 'true' } }, false, 'plain'],
  ['a shell with CI=false', { ...terminal, env: { CI: 'false' } }, false, 'live'],
  ['a job in the background', { ...terminal, isForeground: false }, false, 'plain'],
  ['a terminal on which no progress is wanted', terminal, true, 'plain'],
])('auto on %s', (_what, place, quiet, expected) => {
  expect(chooseUi('auto', quiet, place)).toBe(expected);
});

test.each(['live', 'plain', 'json', 'none'] as const)('%s is taken as asked, on the smallest terminal too', (asked) => {
  expect(chooseUi(asked, true, { ...terminal, columns: 20, rows: 5 })).toBe(asked);
});

test('live is refused where there is no terminal', () => {
  expect(() => chooseUi('live', false, { ...terminal, isTerminal: false })).toThrow(/--ui live: expected a terminal/);
});
