import type { RunComparison } from '../criteria/compareRuns.ts';
import type { RegressionVerdict } from '../criteria/regression.ts';
import type { JsonValue } from '../events/events.ts';
import type { ReportedRun } from './reportedRun.ts';

/** Several runs held against the first of them: all that a comparison shows. */
export interface ComparedReport {
  /** Labelled A, B, C ... */
  readonly runs: readonly ReportedRun[];
  /** The n-th holds run n + 1 against the first. */
  readonly comparisons: readonly RunComparison[];
  /** What each comparison says of what must not get worse. */
  readonly regressions: readonly (readonly RegressionVerdict[])[];
}

/** A fact in which runs differ; `undefined` where a run does not tell of it. */
export interface DifferingFact {
  readonly name: string;
  /** In the order of the runs. */
  readonly values: readonly (JsonValue | undefined)[];
}

/** `A` for the first run. */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** They differ between any two runs, or change only what is shown. */
const ofTheProcess: ReadonlySet<string> = new Set(['machine pid', 'machine startTicks', 'output', 'ui', 'quiet']);

/** Options in which runs differ, then the version and the machine of the load generator. */
export function differingFacts(runs: readonly ReportedRun[]): readonly DifferingFact[] {
  const facts = runs.map(({ started: { options, api, model, tokenizer, version, machine } }) => ({
    api,
    model,
    tokenizer,
    ...options,
    deepspeedometer: version,
    ...Object.fromEntries(Object.entries(machine).map(([name, value]) => [`machine ${name}`, value])),
  }));
  const names = [...new Set(facts.flatMap((one) => Object.keys(one)))].filter((name) => !ofTheProcess.has(name));
  return names
    .map((name) => ({ name, values: facts.map((one: Readonly<Record<string, JsonValue>>) => one[name]) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** The value of a fact in words. */
export function factText(value: JsonValue | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(factText).join(' ') : JSON.stringify(value);
}
