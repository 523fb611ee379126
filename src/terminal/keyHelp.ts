import { paint, type TextStyle } from '../reports/textStyle.ts';

/** A key that can be pressed, and what it does. */
export interface KeyHelp {
  readonly key: string;
  /** A word or two, for the last line. */
  readonly name: string;
  /** A sentence, for the help. */
  readonly does: string;
}

/** The last line: the keys. */
export function renderKeys(keys: readonly KeyHelp[], style: TextStyle): string {
  return ` ${keys.map(({ key, name }) => `${paint(key, 'strong', style)} ${paint(name, 'faint', style)}`).join('   ')}`;
}

const words = [
  'now     the newest window, as wide as --window_seconds',
  'level   since the level began; warm-up requests are in no figure',
  'late    share of requests sent over 10 ms after they were due',
  '(n %)   how much of the way to its limit a stop rule has gone',
];

/** What the keys do and the words mean, in place of the figures. */
export function renderHelp(keys: readonly KeyHelp[], style: TextStyle): readonly string[] {
  return [
    '',
    ...keys.map(({ key, does }) => `  ${paint(key.padEnd(8), 'strong', style)}${does}`),
    '',
    ...words.map((line) => `  ${line}`),
    '',
    '  Any key goes back.',
  ];
}
