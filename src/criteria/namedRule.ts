import type { MetricsOptions } from '../metrics/metricsOptions.ts';
import type { CriteriaOptions } from './criteriaOptions.ts';

/** What criteria are made of; defaults of the figures are filled in where they are absent. */
export type CriteriaSettings = CriteriaOptions & Partial<MetricsOptions>;

/** A criterion with a name that stop rules can use: an abbreviation of a longer rule. */
export interface NamedRule {
  readonly name: string;
  /** One sentence, without its end. */
  readonly meaning: string;
  /** The rule in the grammar; `undefined` where the options leave nothing to judge. */
  readonly text: (options: CriteriaSettings) => string | undefined;
}
