import type { CriterionAction } from '../events/events.ts';
import { type Criterion, criterion, type Decision } from './criterion.ts';
import { RuleFold, type RuleReading } from './ruleFold.ts';
import type { StopRule } from './stopRule.ts';
import type { StreamFiguresSettings, StreamLevel } from './streamFigures.ts';

/** What becomes of a rule that is true. */
export interface StopCriterionSettings extends StreamFiguresSettings {
  /** The criterion's name in `criterion.met`. */
  readonly name: string;
  readonly action: Exclude<CriterionAction, 'completeLevel'>;
}

/** Decides once a stop rule is known to be true, once for each level, sweep or run that it ends. */
export function stopCriterion(rule: StopRule, settings: StopCriterionSettings): Criterion {
  return criterion(() => {
    const fold = new RuleFold(rule, settings);
    let ended: number | undefined;
    return (item) => {
      const reading = fold.add(item);
      const { level, summary } = fold.figures;
      if (reading?.truth !== true || level === undefined) return undefined;
      if (settings.action === 'endLevel' && summary !== undefined) return undefined; // it has ended by itself
      const ends = { endLevel: level.level, endSweep: level.sweep, endRun: 0 }[settings.action];
      if (ended === ends) return undefined;
      ended = ends;
      const atSeq = 'seq' in item ? item.seq : item.atSeq;
      return decisionOf(reading, { ...settings, level, atSeq, atMs: item.atMs });
    };
  });
}

interface Moment extends Pick<StopCriterionSettings, 'name' | 'action'> {
  readonly level: StreamLevel;
  readonly atSeq: number;
  readonly atMs: number;
}

function decisionOf({ grounds }: RuleReading, { name, action, level, atSeq, atMs }: Moment): Decision {
  const numbers = grounds.flatMap(({ name: condition, value, limit }) =>
    value === undefined || limit === undefined ? [] : [{ condition, value, limit }],
  );
  const missedObjectives = grounds.flatMap(({ objective }) => objective ?? []);
  const [{ value, limit }] = numbers.length > 0 ? (numbers as [(typeof numbers)[0]]) : [{ value: 1, limit: 1 }];
  return {
    criterion: name,
    action,
    level: level.level,
    sweep: level.sweep,
    atSeq,
    atMs,
    value,
    limit,
    ...(numbers.length > 1 ? { numbers } : {}),
    ...(missedObjectives.length > 0 ? { missedObjectives } : {}),
    message: `with ${level.clients} clients, ${grounds.map(({ words }) => words).join(' and ')}`,
  };
}
