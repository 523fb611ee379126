import type { WindowSpread } from '../metrics/rollingWindow.ts';
import { absent, formatDuration, formatNumber, formatTokens } from '../reports/quantities.ts';
import { paint, type TextStyle } from '../reports/textStyle.ts';
import type { LiveLevel } from './liveView.ts';
import { besides } from './paintedLine.ts';

/** Lines that the panel takes. */
export const figuresHeight = 5;

const rateWidth = 8;
const latencyWidth = 8;
const leftWidth = 25;
const nameWidth = 5;
const groupWidth = 3 * latencyWidth;

/** Throughput and latencies, now (the newest window) and over the level; latencies only now where there is no room. */
export function renderFigures(level: LiveLevel | undefined, style: TextStyle): readonly string[] {
  return besides(renderRates(level, style), leftWidth, renderLatencies(level, style), figuresHeight);
}

function renderRates(level: LiveLevel | undefined, style: TextStyle): readonly string[] {
  const now = level?.window;
  const row = (name: string, ...cells: readonly string[]): string =>
    ` ${name.padEnd(6)}${cells.map((cell) => cell.padStart(rateWidth)).join('')}`;
  return [
    '',
    paint(row('', 'now', 'level'), 'faint', style),
    row('req/s', formatNumber(now?.requestsPerSec), formatNumber(level?.requestsPerSec)),
    row('tok/s', formatTokens(now?.outputTokensPerSec), formatTokens(level?.outputTokensPerSec)),
  ];
}

function renderLatencies(level: LiveLevel | undefined, style: TextStyle): readonly string[] {
  const now = level?.window;
  const isWide = style.columns > leftWidth + nameWidth + 2 * groupWidth;
  const heads = ['p50', 'p90', 'p99'].map((name) => name.padStart(latencyWidth)).join('');
  const row = (name: string, ofNow: string, ofLevel: string): string =>
    name.padEnd(nameWidth) + ofNow + (isWide ? ` ${ofLevel}` : '');
  const from = level?.prepared.openLoop === undefined ? '' : ', from due';
  return [
    paint(row('', `now${from}`.padStart(groupWidth), `level${from}`.padStart(groupWidth)), 'faint', style),
    paint(row('', heads, heads), 'faint', style),
    row('TTFT', latencyCells(now?.ttftMs), latencyCells(level?.ttftMs)),
    row('TPOT', latencyCells(now?.tpotMs), latencyCells(level?.tpotMs)),
    row('e2e', latencyCells(now?.e2eMs), latencyCells(level?.e2eMs)),
  ];
}

function latencyCells(spread: WindowSpread | undefined): string {
  return [spread?.p50, spread?.p90, spread?.p99]
    .map((value) => (value === undefined ? absent : formatDuration(value)).padStart(latencyWidth))
    .join('');
}
