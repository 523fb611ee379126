import { paint, type TextStyle } from '../reports/textStyle.ts';

/** A figure over time. */
export interface TimeSeries {
  readonly title: string;
  /** One a second, the newest last; `undefined` where there is none. */
  readonly values: readonly (number | undefined)[];
  /** How many of the newest belong to the running level; those before are drawn faint. */
  readonly ownCount: number;
  readonly format: (value: number | undefined) => string;
}

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Bars over the last seconds, below a line that names the figure, its newest value and its largest. */
export function renderTimeChart(
  series: TimeSeries,
  width: number,
  height: number,
  style: TextStyle,
): readonly string[] {
  const { title, values, format, ownCount } = series;
  const seen = values.slice(-width);
  const known = seen.filter((value) => value !== undefined);
  const most = Math.max(...known, 0);
  const scale = known.length === 0 ? '' : ` up to ${format(most)}, ${seen.length} s`;
  const head = paint(title, 'strong', style) + paint(scale, 'faint', style);
  const own = Math.min(ownCount, seen.length);
  const rows = Array.from({ length: height }, (_, row) => {
    const cells = seen.map((value = 0) =>
      barCell(most === 0 ? 0 : (value / most) * height - (height - 1 - row), style),
    );
    const earlier = cells.slice(0, cells.length - own).join('');
    return paint(earlier, 'faint', style) + paint(cells.slice(cells.length - own).join(''), 'curve', style);
  });
  return [head, ...rows];
}

/** @param filled share of the cell that the bar fills; under 0 or over 1 where it ends elsewhere */
function barCell(filled: number, { unicode }: TextStyle): string {
  const share = Math.min(1, Math.max(0, filled));
  return unicode ? (eighths[Math.round(share * 8)] ?? ' ') : share >= 0.5 ? '#' : ' ';
}
