import type { Decision } from '../criteria/criterion.ts';
import type { RunFinished, RunStarted } from '../events/events.ts';
import type { LogDamage } from '../events/logDamage.ts';
import type { Definitions } from '../metrics/definitions/definitions.ts';
import { formatCount } from '../reports/quantities.ts';
import { figuresNote } from '../reports/reportedRun.ts';

/** What a replay came to. */
export interface ReplayEnd {
  readonly events: number;
  readonly decisions: readonly Decision[];
  readonly digest: string;
  /** The log's last event, if the run ended in order. */
  readonly finished: RunFinished | undefined;
  readonly damage: LogDamage | undefined;
  /** Options that are not as they were recorded, by name. */
  readonly changed: readonly string[];
}

/** The first lines of a replay: which run this was, and whose formulas its figures are by where they are not ours. */
export function renderReplayHead(
  { runId, startedAt, api, model, version }: RunStarted,
  definitions?: Definitions,
): readonly string[] {
  const note = definitions && figuresNote({ window: 'steady', definitions });
  return [
    `Replay of run ${runId} · ${startedAt} · ${api} · ${model} · deepspeedometer ${version}`,
    ...(note === undefined ? [] : [note.text, ...note.differences.map((words) => `- ${words}`)]),
  ];
}

/** The last lines: whether the replay found what the run had found, and what other criteria would have done. */
export function renderReplayEnd(end: ReplayEnd): readonly string[] {
  const lines = [`Replayed ${formatCount(end.events)} events. ${digestWords(end)}`];
  if (end.damage !== undefined) lines.unshift(`warning  ${end.damage.message}: read up to there`);
  return end.changed.length === 0 ? lines : [...lines, ...decisionLines(end)];
}

function digestWords({ finished, digest, changed, damage }: ReplayEnd): string {
  if (changed.length > 0) return `Not compared with the run's digest: other ${changed.join(', ')}.`;
  if (finished === undefined) {
    return damage === undefined
      ? 'The log ends before its run did, so there is no digest to compare with.'
      : 'The end of the run is lost, and the digest with it.';
  }
  return finished.digest === digest
    ? `The digest is met: these are the figures of the live run, bit for bit.`
    : `The digest is not met: another version computed the figures otherwise, or the log was changed. Recorded ${finished.digest}, replayed ${digest}.`;
}

function decisionLines({ decisions }: ReplayEnd): readonly string[] {
  if (decisions.length === 0) return ['With these criteria nothing would have been ended early.'];
  return decisionsThatCount(decisions).map(
    ({ criterion, action, level, atMs, message }) =>
      `${criterion} would have ended ${whatEnds[action]} at level ${level + 1}, ${(atMs / 1000).toFixed(1)} s into the run: ${message}`,
  );
}

/** Without those that come after the end of their sweep: their levels would not have been run. */
function decisionsThatCount(decisions: readonly Decision[]): readonly Decision[] {
  const ended = new Set<number>();
  return decisions.filter(({ sweep, action }) => {
    if (ended.has(sweep)) return false;
    if (action === 'endSweep' || action === 'endRun') ended.add(sweep);
    return true;
  });
}

const whatEnds = {
  completeLevel: 'the level',
  endLevel: 'the level',
  endSweep: 'the sweep',
  endRun: 'the run',
} as const;
