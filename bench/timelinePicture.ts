import { readFileSync, writeFileSync } from 'node:fs';

/**
 * `npx tsx bench/timelinePicture.ts TRACE.json FROM_MS TO_MS PICTURE.svg`: a stretch of a trace of `--timeline`, drawn for a page
 * that cannot embed Perfetto.
 */
interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

const colors: Readonly<Record<string, string>> = {
  queue: '#c0392b',
  head: '#d9a441',
  'first token': '#8e6bbf',
  tokens: '#4a86c5',
  end: '#7f8c8d',
  gathered: '#7fa650',
  'on its way': '#d9a441',
  stored: '#4a86c5',
  folded: '#8e6bbf',
};
const [left, width, rowHeight, top] = [110, 860, 18, 30];
const most = 14;

const [file = '', from = '0', to = '1000', target = 'timeline.svg'] = process.argv.slice(2);
const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { readonly traceEvents: readonly TraceEvent[] };
const [fromMicros, toMicros] = [Number(from) * 1000, Number(to) * 1000];
const spans = [...traceEvents.filter(({ ph }) => ph === 'X'), ...pairs()].filter(
  ({ ts, dur = 0, name }) => name in colors && ts + dur > fromMicros && ts < toMicros,
);
const keyOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
const names = new Map(
  traceEvents.filter(({ name }) => name === 'thread_name').map((event) => [keyOf(event), event.args?.name ?? '']),
);
const rows = [...names.keys()].filter((key) => spans.some((span) => keyOf(span) === key)).slice(0, most);
const xOf = (micros: number): number =>
  left + (width * (Math.min(toMicros, Math.max(fromMicros, micros)) - fromMicros)) / (toMicros - fromMicros);
writeFileSync(target, draw());

/** Stretches that may overlap, from their beginning and end. */
function pairs(): readonly TraceEvent[] {
  const begun = new Map<string, TraceEvent>();
  const whole: TraceEvent[] = [];
  for (const event of traceEvents) {
    const key = `${event.name} ${event.id}`;
    if (event.ph === 'b') begun.set(key, event);
    const start = event.ph === 'e' ? begun.get(key) : undefined;
    if (start !== undefined) whole.push({ ...start, dur: event.ts - start.ts });
  }
  return whole;
}

function draw(): string {
  const height = top + rows.length * rowHeight + 34;
  const drawn = rows.flatMap((key, row) => {
    const y = top + row * rowHeight;
    const own = spans.filter((span) => keyOf(span) === key);
    const chunks = traceEvents.filter((event) => event.name === 'chunk' && keyOf(event) === key);
    return [
      `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${names.get(key)}</text>`,
      ...own.map((span) => {
        const [x, end] = [xOf(span.ts), xOf(span.ts + (span.dur ?? 0))];
        const size = `width="${Math.max(0.6, end - x).toFixed(1)}" height="${rowHeight - 4}"`;
        return `<rect x="${x.toFixed(1)}" y="${y}" ${size} fill="${colors[span.name]}"/>`;
      }),
      ...chunks
        .filter(({ ts }) => ts > fromMicros && ts < toMicros)
        .map(({ ts }) => `<path d="M${xOf(ts).toFixed(1)} ${y}v${rowHeight - 4}" stroke="#fff" stroke-width="0.8"/>`),
    ];
  });
  const legend = Object.entries(colors).map(([name, color], index) => {
    const x = left + index * 96;
    return `<rect x="${x}" y="${height - 18}" width="10" height="10" fill="${color}"/><text x="${x + 14}" y="${height - 9}">${name}</text>`;
  });
  const title = `<text x="${left}" y="18">${from} to ${to} ms; white lines are chunks</text>`;
  const style = 'font-family="DejaVu Sans, sans-serif" font-size="11" fill="#333"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="${height}" viewBox="0 0 1000 ${height}" ${style}><rect width="1000" height="${height}" fill="#fff"/>${title}${drawn.join('')}${legend.join('')}</svg>\n`;
}
