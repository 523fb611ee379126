import { type Definitions, releaseOf } from '../metrics/definitions/definitions.ts';
import type { RunSummary } from '../metrics/runSummary.ts';
import type { ReportedRun } from './reportedRun.ts';

/** The summary of a run; where more was asked for, with the answers beside it. */
export type ReportJson = RunSummary & {
  readonly percentiles?: readonly {
    readonly level: number;
    readonly figure: string;
    /** 0 to 100. */
    readonly percentile: number;
    readonly valueMs: number;
  }[];
  readonly objectives?: readonly {
    readonly level: number;
    readonly clients: number;
    readonly objective: string;
    readonly status: string;
    /** Ms, a share, or a number a second, as the objective has it. */
    readonly value?: number;
    readonly reason?: string;
  }[];
  /** Whose formulas the figures are by; absent where they are ours. */
  readonly definitions?: Pick<Definitions, 'tool' | 'source' | 'formulas' | 'differences'>;
  readonly goodput?: readonly { readonly level: number; readonly requestsPerSec: number }[];
};

/** The shape of `summary.json`, and equal to it where nothing more was asked for. */
export function reportJson({
  summary,
  details,
  definitions,
  percentiles,
  objectives,
  verdicts,
}: ReportedRun): ReportJson {
  const goodput = [...details.values()].flatMap(({ level, goodputPerSec }) =>
    goodputPerSec === undefined ? [] : [{ level, requestsPerSec: goodputPerSec }],
  );
  return {
    ...summary,
    ...(definitions === undefined ? {} : { definitions: definitionsJson(definitions) }),
    ...(percentiles.length === 0
      ? {}
      : {
          percentiles: [...details.values()].flatMap(({ level, spreads }) =>
            Object.entries(spreads).flatMap(([figure, spread]) =>
              percentiles.map((share, index) => ({
                level,
                figure,
                percentile: Number((share * 100).toPrecision(12)),
                valueMs: spread.percentiles[index] as number,
              })),
            ),
          ),
        }),
    ...(objectives.length === 0
      ? {}
      : {
          objectives: summary.levels.flatMap(({ level, clients }) =>
            (verdicts.get(level) ?? []).map(({ objective, ...verdict }) => ({
              level,
              clients,
              objective: objective.text,
              ...verdict,
            })),
          ),
        }),
    ...(goodput.length === 0 ? {} : { goodput }),
  };
}

function definitionsJson(definitions: Definitions): NonNullable<ReportJson['definitions']> {
  const { source, formulas, differences } = definitions;
  return { tool: releaseOf(definitions), source, formulas, differences };
}
