import { messageOf } from '../core/errors.ts';
import type { Analysed } from '../metrics/analysed.ts';
import { holds, type LimitUnit } from './comparison.ts';
import type { Operator, OwnJudge, OwnReading, Truth } from './expression.ts';
import { judgeObjective } from './objective.ts';
import type { StopRule } from './stopRule.ts';
import { StreamFigures, type StreamFiguresSettings } from './streamFigures.ts';

/** How far one condition of a rule is from firing. */
export interface CriterionState {
  /** As it is written: `mean(e2e) > 10s`. */
  readonly name: string;
  /** The reading in words: `mean(e2e) > 10s (3.2 s)`. */
  readonly words: string;
  readonly truth: Truth;
  /** Ms, a share, or a number; absent where there is no data. */
  readonly value?: number;
  readonly limit?: number;
  /** 0 is far away, 1 fires. */
  readonly ratio: number | 'unknown';
  /** The objective that it is about, as it is written. */
  readonly objective?: string;
}

/** What a rule says by now. */
export interface RuleReading {
  readonly truth: Truth;
  /** Every condition in it, in the order in which they are written. */
  readonly states: readonly CriterionState[];
  /** Of those, the ones that make it true; none where it is not. */
  readonly grounds: readonly CriterionState[];
}

type LimitRule = Extract<StopRule, { kind: 'limit' }>;

/** Items of the stream at which rules are looked at: about twice a second, and when a level ends. */
const looks: readonly Analysed['type'][] = ['window.closed', 'level.summarized', 'generator.sampled'];

/** Folds the stream into what a stop rule says of it. One fold serves one subscription. */
export class RuleFold {
  readonly #rule: StopRule;
  readonly #figures: StreamFigures;
  /** When the inside of a lasting condition became true, in event time. */
  readonly #sinceMs = new Map<StopRule, number>();
  readonly #owns = new Map<StopRule, { readonly judge: OwnJudge; reading: OwnReading }>();
  /** Limits on what events count up, and whether each held at the last event. */
  readonly #counted = new Map<LimitRule, boolean>();

  constructor(rule: StopRule, settings: StreamFiguresSettings) {
    this.#rule = rule;
    this.#figures = new StreamFigures(settings);
    this.#enter(rule);
  }

  /** Where the stream is. */
  get figures(): StreamFigures {
    return this.#figures;
  }

  /** Takes the next item. @returns what the rule says where this item is one to look at, `undefined` otherwise */
  add(item: Analysed): RuleReading | undefined {
    this.#figures.add(item);
    for (const own of this.#owns.values()) own.reading = askOwn(own.judge, item) ?? own.reading;
    const isLook = this.#countTurned() || looks.includes(item.type);
    return isLook && this.#figures.level !== undefined ? this.#read(this.#rule, item.atMs) : undefined;
  }

  #enter(rule: StopRule): void {
    if (rule.kind === 'own') this.#owns.set(rule, { judge: rule.create(), reading: { truth: 'unknown' } });
    else if (rule.kind === 'limit' && rule.quantity.isCounted) this.#counted.set(rule, false);
    else if (rule.kind === 'or' || rule.kind === 'and') for (const part of rule.of) this.#enter(part);
    else if (rule.kind === 'lasting' || rule.kind === 'named') this.#enter(rule.of);
  }

  /** Whether a count crossed its limit just now: comparing numbers is all that an event may cost. */
  #countTurned(): boolean {
    let turned = false;
    for (const [rule, held] of this.#counted) {
      const value = rule.quantity.read(this.#figures);
      const isHeld = value !== undefined && holds(value, rule.operator, rule.limit);
      if (isHeld === held) continue;
      this.#counted.set(rule, isHeld);
      turned = true;
    }
    return turned;
  }

  #read(rule: StopRule, nowMs: number): RuleReading {
    switch (rule.kind) {
      case 'limit': {
        const { name, quantity, operator, limit } = rule;
        return leaf(name, quantity.read(this.#figures), { operator, limit, unit: quantity.unit });
      }
      case 'missed':
        return this.#readObjective(rule);
      case 'own':
        return ownReading(rule.name, this.#owns.get(rule)?.reading ?? { truth: 'unknown' });
      case 'named': {
        const reading = this.#read(rule.of, nowMs);
        return reading.states.length === 1 ? renamed(reading, rule.name) : reading;
      }
      case 'or':
      case 'and':
        return join(
          rule.kind,
          rule.of.map((part) => this.#read(part, nowMs)),
        );
      case 'lasting':
        return this.#readLasting(rule, nowMs);
    }
  }

  #readLasting(rule: Extract<StopRule, { kind: 'lasting' }>, nowMs: number): RuleReading {
    const inner = this.#read(rule.of, nowMs);
    if (inner.truth !== true) {
      this.#sinceMs.delete(rule);
      return inner;
    }
    const sinceMs = this.#sinceMs.get(rule) ?? nowMs;
    this.#sinceMs.set(rule, sinceMs);
    const lastedMs = nowMs - sinceMs;
    if (lastedMs >= rule.forMs) return inner;
    const ratio = lastedMs / rule.forMs;
    const states = inner.states.map((state) =>
      state.truth === true ? { ...state, truth: false, ratio: Math.min(state.ratio as number, ratio) } : state,
    );
    return { truth: false, states, grounds: [] };
  }

  #readObjective({ name, objective, unit }: Extract<StopRule, { kind: 'missed' }>): RuleReading {
    const { summary } = this.#figures;
    const verdict =
      summary === undefined
        ? undefined
        : judgeObjective(objective, summary, (figure, share) => {
            const percentile = `p${share * 100}` as 'p50' | 'p90' | 'p95' | 'p99';
            return summary[figure][percentile];
          });
    const value = verdict === undefined || verdict.status === 'unknown' ? undefined : verdict.value;
    const operator = opposite[objective.operator];
    const reading = leaf(name, value, { operator, limit: objective.limit, unit });
    const ofObjective = (state: CriterionState): CriterionState => ({ ...state, objective: objective.text });
    return { ...reading, states: reading.states.map(ofObjective), grounds: reading.grounds.map(ofObjective) };
  }
}

const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

interface Limit {
  readonly operator: Operator;
  readonly limit: number;
  readonly unit: LimitUnit;
}

function leaf(name: string, value: number | undefined, { operator, limit, unit }: Limit): RuleReading {
  if (value === undefined)
    return single({ name, words: `${name} (not known yet)`, truth: 'unknown', limit, ratio: 'unknown' });
  const truth = holds(value, operator, limit);
  const ratio = truth ? 1 : nearness(value, operator, limit);
  return single({ name, words: `${name} (${inUnit(value, unit)})`, truth, value, limit, ratio });
}

/** A judge of somebody else's may throw: then nothing is known, and no run is lost. */
function askOwn(judge: OwnJudge, item: Analysed): OwnReading | undefined {
  try {
    return judge(item);
  } catch (thrown) {
    return { truth: 'unknown', words: `it failed: ${messageOf(thrown)}` };
  }
}

function ownReading(name: string, { truth, value, limit, words }: OwnReading): RuleReading {
  const known = words ?? (truth === 'unknown' ? 'not known yet' : value === undefined ? String(truth) : number(value));
  const numbers = { ...(value === undefined ? {} : { value }), ...(limit === undefined ? {} : { limit }) };
  const ratio = truth === 'unknown' ? truth : Number(truth);
  return single({ name, words: `${name} (${known})`, truth, ...numbers, ratio });
}

function single(state: CriterionState): RuleReading {
  return { truth: state.truth, states: [state], grounds: state.truth === true ? [state] : [] };
}

function renamed(reading: RuleReading, name: string): RuleReading {
  const rename = (state: CriterionState): CriterionState => ({ ...state, name, words: `${name}: ${state.words}` });
  return { ...reading, states: reading.states.map(rename), grounds: reading.grounds.map(rename) };
}

/** Kleene's logic: what is known to be true (`or`) or false (`and`) decides, whatever is unknown beside it. */
function join(kind: 'or' | 'and', readings: readonly RuleReading[]): RuleReading {
  const states = readings.flatMap((reading) => reading.states);
  const deciding = kind === 'or';
  const truths = readings.map(({ truth }) => truth);
  const truth = truths.includes(deciding) ? deciding : truths.includes('unknown') ? 'unknown' : !deciding;
  return { truth, states, grounds: truth === true ? readings.flatMap(({ grounds }) => grounds) : [] };
}

function nearness(value: number, operator: Operator, limit: number): number {
  const [part, whole] = operator === '>' || operator === '>=' ? [value, limit] : [limit, value];
  return whole === 0 ? 0 : Math.min(1, Math.max(0, part / whole));
}

function inUnit(value: number, unit: LimitUnit): string {
  if (unit === 'ratio' || unit === 'share') return `${number(value * 100)} %`;
  if (unit === 'plain') return number(value);
  return value >= 1000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
}

function number(value: number): string {
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}
