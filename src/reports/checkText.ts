import { renderRemarks } from './remarks.ts';
import { paint, shown, type TextStyle, type Tone, wrapText } from './textStyle.ts';

/** One thing that was looked at before a load is sent. */
export interface CheckFinding {
  /** Two or three words. */
  readonly topic: string;
  readonly text: string;
  /** `good` and `plain` need nothing; a `warning` weakens figures; with `bad` there will be none. */
  readonly tone: Extract<Tone, 'good' | 'plain' | 'warning' | 'bad'>;
}

const marks: Readonly<Record<CheckFinding['tone'], string>> = { good: '✓', plain: ' ', warning: '!', bad: '✗' };
const asciiMarks: Readonly<Record<CheckFinding['tone'], string>> = { good: '+', plain: ' ', warning: '!', bad: 'x' };

/** What the findings come to, in a sentence. */
export function checkVerdict(findings: readonly CheckFinding[]): string {
  const count = (tone: CheckFinding['tone']) => findings.filter((finding) => finding.tone === tone).length;
  if (count('bad') > 0) return 'Cannot be measured like this: see what is marked above.';
  const warnings = count('warning');
  if (warnings === 0) return 'Ready to be measured.';
  return `Can be measured, but see the ${warnings === 1 ? 'warning' : `${warnings} warnings`} above.`;
}

/** The table of `check`: a mark, a topic and a finding a row; the verdict below. */
export function renderCheck(findings: readonly CheckFinding[], style: TextStyle): string {
  const width = Math.max(...findings.map(({ topic }) => topic.length));
  const indent = ' '.repeat(width + 6);
  const rows = findings.flatMap(({ topic, text, tone }) => {
    const mark = (style.unicode ? marks : asciiMarks)[tone];
    const lines = wrapText(shown(text, style), Math.max(20, style.columns - width - 7));
    return lines.map((line, index) => {
      const head = index === 0 ? `  ${paint(mark, tone, style)} ${topic.padEnd(width)}  ` : indent;
      return head + paint(line, tone === 'good' ? 'plain' : tone, style);
    });
  });
  const verdict = renderRemarks([{ text: checkVerdict(findings), tone: 'strong' }], style);
  return [...rows, '', ...verdict, ''].join('\n');
}
