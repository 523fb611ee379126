import { asciiText, plainText } from './plainText.ts';

/** What the place that text goes to can show. */
export interface TextStyle {
  /** Width in characters. */
  readonly columns: number;
  readonly color: boolean;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
}

/** What a text means; colour only repeats what the words and marks say. */
export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warning' | 'bad' | 'curve';

const codes: Readonly<Record<Tone, readonly [on: string, off: string] | undefined>> = {
  plain: undefined,
  strong: ['1', '22'],
  faint: ['2', '22'],
  good: ['1;32', '22;39'],
  warning: ['33', '39'],
  bad: ['31', '39'],
  curve: ['36', '39'],
};

/** Colours a text, where colours are wanted. */
export function paint(text: string, tone: Tone, { color }: Pick<TextStyle, 'color'>): string {
  const code = codes[tone];
  return !color || code === undefined || text === '' ? text : `\u001b[${code[0]}m${text}\u001b[${code[1]}m`;
}

/** Makes any text fit to be shown: one line without control characters, ASCII where nothing else can be shown. */
export function shown(text: string, { unicode }: Pick<TextStyle, 'unicode'>): string {
  const plain = plainText(text);
  return unicode ? plain : asciiText(plain);
}

// A figure stays with its unit, and the groups of its digits together.
const breaks = / (?!\d|%|ms\b|s\b|h\b)|(?<!\d) /;

/** Breaks a text at blanks into lines of at most `width` characters, as far as its words allow. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(breaks)) {
    if (line === undefined) line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line ?? ''];
}
