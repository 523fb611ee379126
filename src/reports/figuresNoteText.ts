import { figuresNote, type ReportedRun } from './reportedRun.ts';
import { shown, type TextStyle, wrapText } from './textStyle.ts';

/** Over which window figures are taken, or by whose formulas; no lines where both are the usual ones. */
export function renderFiguresNote(
  run: Pick<ReportedRun, 'window' | 'definitions'>,
  style: TextStyle,
): readonly string[] {
  const note = figuresNote(run);
  if (note === undefined) return [];
  const items = note.differences.flatMap((words) =>
    wrapText(shown(words, style), style.columns - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`),
  );
  return [...wrapText(shown(note.text, style), style.columns), ...items];
}
