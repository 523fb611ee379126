import type { TextStyle, Tone } from './textStyle.ts';
import { paint, shown, wrapText } from './textStyle.ts';

/** Something to say about a run: one fact, and what to do about it. */
export interface Remark {
  readonly text: string;
  readonly tone: Tone;
}

/** Remarks as indented lines that fit the width. */
export function renderRemarks(remarks: readonly Remark[], style: TextStyle): readonly string[] {
  return remarks.flatMap(({ text, tone }) =>
    wrapText(shown(text, style), style.columns - 5).map(
      (line, index) => (index === 0 ? '  ' : '    ') + paint(line, tone, style),
    ),
  );
}
