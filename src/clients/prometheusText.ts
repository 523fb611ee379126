/** One line of a page of metrics. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

// The parts of a sample line, each matched where the one before ended.
const namePart = /[ \t]*([A-Za-z_:][\w:]*)[ \t]*/y;
const labelPart = /[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*,?/y;
const labelsEnd = /[ \t]*\}[ \t]*/y;
const valuePart = /[+-]?(?:Inf(?:inity)?|NaN|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?=\s|$)/iy;

/**
 * Reads Prometheus text (format 0.0.4), and OpenMetrics as far as it looks the same. Comments, timestamps, exemplars and
 * the `_created` series, which are no measurements, are passed over; so is every line that cannot be read: a page is
 * worth what can be read of it.
 *
 * @param isWanted tells by its name whether a sample is kept; labels of the others are not even looked at
 */
export function parsePrometheusText(
  text: string,
  isWanted: (name: string) => boolean = () => true,
): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const sample = text[start] === '#' ? undefined : readLine(text, start, end, isWanted);
    if (sample !== undefined) samples.push(sample);
    start = end + 1;
  }
  return samples;
}

function readLine(
  text: string,
  start: number,
  end: number,
  isWanted: (name: string) => boolean,
): MetricSample | undefined {
  const name = matchAt(namePart, text, start)?.[1];
  if (name === undefined || name.endsWith('_created') || !isWanted(name)) return undefined;
  const line = text.slice(start, end);
  let position = matchAt(namePart, line, 0)?.[0].length ?? 0;
  const labels: Record<string, string> = Object.create(null); // a server may call a label `constructor`
  if (line[position] === '{') {
    position++;
    for (let label = matchAt(labelPart, line, position); label !== undefined; ) {
      labels[label[1] as string] = unescapeLabel(label[2] as string);
      position += label[0].length;
      label = matchAt(labelPart, line, position);
    }
    const closing = matchAt(labelsEnd, line, position);
    if (closing === undefined) return undefined;
    position += closing[0].length;
  }
  const value = matchAt(valuePart, line, position)?.[0];
  return value === undefined ? undefined : { name, labels, value: toNumber(value) };
}

function matchAt(part: RegExp, text: string, position: number): RegExpExecArray | undefined {
  part.lastIndex = position;
  return part.exec(text) ?? undefined;
}

function unescapeLabel(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)) : text;
}

function toNumber(text: string): number {
  const named = /^([+-]?)inf/i.exec(text);
  if (named !== null) return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text); // `nan` in any spelling is NaN here too
}
