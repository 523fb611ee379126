import type { JsonValue } from '../events/events.ts';

/** A sweep as far as its title goes. */
export interface TitledSweep {
  readonly options: { readonly [option: string]: JsonValue };
}

/** What tells the sweeps of a run apart: the options in which they differ. Empty where there is only one sweep. */
export function sweepTitles(sweeps: readonly TitledSweep[]): readonly string[] {
  if (sweeps.length < 2) return sweeps.map(() => '');
  const names = [...new Set(sweeps.flatMap(({ options }) => Object.keys(options)))];
  const isRepeated = names.includes('repeat');
  const differing = names.filter(
    (name) =>
      // Which repeat it is says more than the seed that follows from that.
      !(isRepeated && name === 'prompt_generator_seed') &&
      new Set(sweeps.map(({ options }) => valueText(options[name]))).size > 1,
  );
  return sweeps.map(({ options }, index) => {
    const facts = differing.map((name) => `${name} ${valueText(options[name])}`);
    return [`sweep ${index + 1} of ${sweeps.length}`, ...facts].join(' · ');
  });
}

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return 'not given';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
