import type { OptionSpec } from '../config/optionSpec.ts';
import { publicOptions } from '../config/publicOptions.ts';
import type { JsonValue } from '../events/events.ts';
import type { SweepPlan } from './runPlan.ts';

/** The options of a sweep as its log and its title show them: with the seed that was drawn, and with which repeat it is. */
export function shownOptions(
  { options, usedSeed, repeat }: Pick<SweepPlan, 'options' | 'usedSeed' | 'repeat'>,
  specs: readonly OptionSpec[],
): Readonly<Record<string, JsonValue>> {
  return {
    ...publicOptions(options, specs),
    ...(usedSeed === undefined ? {} : { prompt_generator_seed: usedSeed }),
    ...(repeat === undefined ? {} : { repeat }),
  };
}
