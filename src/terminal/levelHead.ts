import type { ClientPhase, FailureKind, LevelPrepared } from '../events/events.ts';
import { formatCount, formatCountdown, formatLoads } from '../reports/quantities.ts';
import { paint, shown, type TextStyle, type Tone } from '../reports/textStyle.ts';
import type { LiveLevel, LiveView } from './liveView.ts';
import { clipLine, fitLine } from './paintedLine.ts';

/** What the head tells beside the view itself. */
export interface HeadFacts {
  readonly nowMs: number;
  /** Levels of the whole run, where they are known. */
  readonly levels: number | undefined;
  /** Words that are newer than the view's note: how a server starts, what was asked for. */
  readonly status: string | undefined;
  readonly isPaused: boolean;
}

/** The first four lines: which level, how far, its clients, and what went wrong. */
export function renderHead(view: LiveView, facts: HeadFacts, style: TextStyle): readonly string[] {
  const { level } = view;
  const columns = style.columns - 1;
  const state = facts.isPaused ? 'paused' : stateOf(view);
  const title = level === undefined ? 'starting' : titleOf(level, facts);
  const room = columns - state.length - 1;
  const first = paint(fitLine(shown(title, style), room), 'strong', style);
  return [
    ` ${first}${paint(state, facts.isPaused ? 'warning' : 'plain', style)}`,
    level === undefined ? '' : ` ${progressLine(level, facts, columns - 1, style)}`,
    level === undefined ? '' : ` ${clientsLine(level, style)}`,
    ` ${noteLine(view, facts, style)}`,
  ].map((line) => clipLine(line, style.columns));
}

function titleOf({ prepared, startMs, endMs, ...level }: LiveLevel, { levels, nowMs }: HeadFacts): string {
  const name = levels === undefined ? `level ${prepared.level + 1}` : `level ${prepared.level + 1} of ${levels}`;
  const facts = [name, formatLoads(prepared.load)];
  if (startMs === undefined) return facts.join(' · ');
  const elapsedMs = Math.max(0, (endMs ?? nowMs) - startMs);
  const leftMs = timeLeftMs(prepared, elapsedMs, doneOf(level));
  const left = endMs !== undefined || leftMs === undefined ? '' : `, about ${formatCountdown(leftMs)} left`;
  return [...facts, `${formatCountdown(elapsedMs)}${left}`].join(' · ');
}

/** A level at a rate or with a fixed time ends by time, any other when its requests are done. */
function timeLeftMs(
  { openLoop, seconds, planned }: LevelPrepared,
  elapsedMs: number,
  done: number,
): number | undefined {
  const fixed = openLoop?.seconds ?? seconds;
  if (fixed !== undefined) return Math.max(0, fixed * 1000 - elapsedMs);
  return done < 2 ? undefined : (elapsedMs * Math.max(0, planned - done)) / done;
}

/** In one word, so that it can be read without colour. */
function stateOf({ level, finished }: LiveView): string {
  if (finished !== undefined) return 'finished';
  if (level === undefined) return '';
  if (level.endMs !== undefined) return 'level ended';
  if (level.startMs === undefined) return 'warming up';
  return (level.phases.running ?? 0) === 0 ? 'draining' : 'running';
}

function progressLine(level: LiveLevel, { nowMs }: HeadFacts, width: number, style: TextStyle): string {
  const { planned, seconds } = level.prepared;
  const done = doneOf(level);
  const elapsedMs = level.startMs === undefined ? 0 : (level.endMs ?? nowMs) - level.startMs;
  const [counted, share] =
    seconds === undefined
      ? [`${formatCount(done).padStart(formatCount(planned).length)} of ${formatCount(planned)}`, done / planned]
      : [formatCount(done), elapsedMs / (seconds * 1000)];
  const words = ` ${counted} requests`;
  const cells = Math.max(0, width - words.length);
  const filled = planned === 0 ? 0 : Math.max(0, Math.min(cells, Math.floor(share * cells)));
  const [full, empty] = style.unicode ? ['━', '╌'] : ['#', '.'];
  return paint(full.repeat(filled), 'curve', style) + paint(empty.repeat(cells - filled), 'faint', style) + words;
}

const phaseWords: readonly (readonly [string, readonly ClientPhase[], Tone])[] = [
  ['warming', ['warmup', 'warm'], 'plain'],
  ['running', ['running'], 'plain'],
  ['draining', ['draining'], 'plain'],
  ['done', ['stopped'], 'faint'],
  ['failed', ['failed'], 'bad'],
];

function clientsLine({ phases, inFlight }: LiveLevel, style: TextStyle): string {
  const words = phaseWords.flatMap(([word, ofWord, tone]) => {
    const count = ofWord.reduce((sum, phase) => sum + (phases[phase] ?? 0), 0);
    const isAlwaysThere = ['warming', 'running', 'draining'].includes(word);
    return count === 0 && !isAlwaysThere ? [] : [paint(`${formatCount(count)} ${word}`, tone, style)];
  });
  return `clients  ${words.join('  ')}  ${paint(`${formatCount(inFlight)} in flight`, 'faint', style)}`;
}

/** Failures by kind, then what was said last. */
function noteLine({ level, note }: LiveView, { status }: HeadFacts, style: TextStyle): string {
  const words = level === undefined ? [] : failureWords(level);
  const none = level === undefined ? '' : paint('no failures', 'faint', style);
  const failures = words.length === 0 ? none : paint(`failed: ${words.join(', ')}`, 'bad', style);
  const remark = status ?? note ?? '';
  return [failures, paint(shown(remark, style), status === undefined ? 'warning' : 'faint', style)]
    .filter((text) => text !== '')
    .join('  ');
}

function failureWords({ failures, empty }: LiveLevel): readonly string[] {
  const names: Readonly<Partial<Record<FailureKind, string>>> = { httpStatus: 'HTTP status' };
  const words = (Object.entries(failures) as [FailureKind, number][]).map(
    ([kind, count]) => `${formatCount(count)} ${names[kind] ?? kind}`,
  );
  return empty === 0 ? words : [...words, `${formatCount(empty)} empty`];
}

function doneOf({ completed, empty, failures }: Pick<LiveLevel, 'completed' | 'empty' | 'failures'>): number {
  return Object.values(failures).reduce((sum, count) => sum + count, completed + empty);
}
