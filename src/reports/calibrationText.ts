import type { JsonValue, MachineCeiling } from '../events/events.ts';
import { formatDuration, formatNumber } from './quantities.ts';
import { type Remark, renderRemarks } from './remarks.ts';
import type { TextStyle } from './textStyle.ts';

const micros = 1e6;

/** What `calibrate` has found, for people, with a line break at its end. */
export function renderCalibration(
  ceiling: MachineCeiling,
  machine: { readonly [fact: string]: JsonValue },
  path: string,
  style: TextStyle,
): string {
  const remarks: readonly Remark[] = [
    { tone: 'strong', text: `${machine['cpu']}, ${machine['cores']} cores, Node ${machine['node']}` },
    { tone: 'plain', text: `A worker with a core of its own: ${rates(ceiling, 'worker')}.` },
    { tone: 'plain', text: `All workers together, what the main process takes in: ${rates(ceiling, 'main')}.` },
    { tone: 'plain', text: `Errors of stamps with ${errorWords(ceiling)}.` },
    { tone: 'faint', text: `Kept in ${path}: runs on this machine say how close to it they came.` },
  ];
  return `${renderRemarks(remarks, style).join('\n')}\n`;
}

function rates(ceiling: MachineCeiling, process: 'worker' | 'main'): string {
  const requests = ceiling[`${process}MicrosPerRequest`];
  const chunks = ceiling[`${process}MicrosPerChunk`];
  const costs = `${formatNumber(requests)} µs CPU a request, ${formatNumber(chunks)} a chunk`;
  return `${formatNumber(micros / requests)} small requests/s, or ${formatNumber(micros / chunks)} chunks/s (${costs})`;
}

/** How far stamps were from the server's. */
function errorWords({ errorsAt, ttftErrorMs, gapErrorMs }: MachineCeiling): string {
  const errors = (name: string, { p50, p99 }: MachineCeiling['ttftErrorMs']) =>
    `${name} ${formatDuration(p50)} at p50, ${formatDuration(p99)} at p99`;
  const load = `${errorsAt.streams} streams, a chunk every ${formatDuration(errorsAt.gapMs)}`;
  return `${load}: ${errors('TTFT', ttftErrorMs)}; ${errors('gaps', gapErrorMs)}`;
}
