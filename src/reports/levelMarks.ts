import type { LevelSummary } from '../metrics/levelSummary.ts';
import { shortness } from '../metrics/shortLevel.ts';
import { formatCount, formatNumber } from './quantities.ts';
import { paint, shown, type TextStyle, type Tone, wrapText } from './textStyle.ts';

export const saturatedMark = '◀ saturated';
const borneMark = '◀ kept up';

/** A word beside a row, for what a reader must know of a level. */
export interface Mark {
  /** The same in fewer and fewer words. */
  readonly texts: readonly [string, ...string[]];
  readonly tone: Tone;
  /** Stands on the line below. */
  readonly reason?: string | undefined;
}

/** What is to be said of a level, most important first. */
export function marksOf(level: LevelSummary, isSaturated: boolean): readonly Mark[] {
  const { status, reason, generator, steady, requests, load } = level;
  const marks: Mark[] = [];
  if (isSaturated) marks.push({ texts: [load.kind === 'clients' ? saturatedMark : borneMark], tone: 'good' });
  if (status === 'skipped') {
    const run = reason?.replace(/^measured by /, '') ?? 'an earlier run';
    marks.push({ texts: [`skipped (from ${run})`, 'skipped'], tone: 'faint' });
  } else if (status !== 'completed') {
    // Why a level failed is why the run did, and that is said of the run; but that it was measured until then is not.
    const why = requests.completed > 0 ? reason : undefined;
    if (status === 'failed') marks.push({ texts: [status], tone: 'bad', reason: why });
    else marks.push({ texts: [status], tone: 'warning', reason });
  }
  if (generator.verdict === 'clientLimited') {
    marks.push({ texts: ['client-limited'], tone: 'warning', reason: generator.reason });
  }
  marks.push(...arrivalMarks(level));
  if (level.untimed === true) {
    const why = 'the file that it was imported from does not say when requests were sent';
    marks.push({ texts: ['no timeline'], tone: 'warning', reason: why });
  } else if (steady === undefined && requests.completed > 0) {
    const why = 'a client had no more work before every client had sent its first request';
    marks.push({ texts: ['not steady'], tone: 'warning', reason: why });
  }
  const short = status === 'failed' || status === 'interrupted' ? undefined : shortness(level);
  if (short !== undefined) marks.push({ texts: ['too short'], tone: 'warning' });
  return marks;
}

/** Whether a level at a rate settled, and whether its requests left when they were due. */
function arrivalMarks({ arrivals }: LevelSummary): readonly Mark[] {
  if (arrivals === undefined) return [];
  const { stability, heldBack, maxInFlight, driftRatio = 1, ramp } = arrivals;
  const marks: Mark[] = [];
  if (ramp !== undefined) {
    const rates = `${formatNumber(ramp.fromPerSec)} to ${formatNumber(ramp.toPerSec)} req/s`;
    marks.push({ texts: [`ramp, ${rates}`, 'ramp'], tone: 'plain' });
  }
  if (stability === 'noSteadyState') {
    const reason = `more arrive than the server answers: latencies grew ${formatNumber(driftRatio)} times within the level`;
    marks.push({ texts: ['no steady state', 'falls behind'], tone: 'bad', reason });
  } else if (stability === 'drifting') {
    const reason = `latencies at its end were ${formatNumber(driftRatio)} times those at its beginning`;
    marks.push({ texts: ['drifting'], tone: 'warning', reason });
  }
  if (heldBack > 0) {
    const reason = `${formatCount(heldBack)} requests waited as ${formatCount(maxInFlight)} were in flight (--max_in_flight)`;
    marks.push({ texts: ['held back'], tone: 'warning', reason });
  }
  return marks;
}

/**
 * The marks that fit beside a row, and the lines below it: reasons, and what did not fit.
 *
 * @param room characters beside the row
 */
export function renderMarks(
  marks: readonly Mark[],
  room: number,
  style: TextStyle,
): { readonly besides: string; readonly below: readonly string[] } {
  const fitting: string[] = [];
  const below: string[] = [];
  let left = room;
  for (const { texts, tone, reason } of marks) {
    const text = texts.map((variant) => shown(variant, style)).find(({ length }) => length <= left);
    if (text !== undefined) {
      fitting.push(paint(text, tone, style));
      left -= text.length + 2;
    }
    const words = text === undefined ? [texts[0], reason] : [reason];
    below.push(...renderBelow(words.filter((word) => word !== undefined).join(': '), tone, style));
  }
  return { besides: fitting.join('  '), below };
}

function renderBelow(words: string, tone: Tone, style: TextStyle): readonly string[] {
  if (words === '') return [];
  const lines = wrapText(shown(`╰ ${words}`, style), style.columns - 12);
  return lines.map((line, index) => ' '.repeat(index === 0 ? 10 : 12) + paint(line, tone, style));
}
