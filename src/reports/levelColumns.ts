import type { Distribution, LevelSummary } from '../metrics/levelSummary.ts';
import { repeatOf } from '../metrics/repeatSpread.ts';
import { percentileName } from './askedText.ts';
import { goodputOf } from './keptTable.ts';
import type { ReportedRun } from './reportedRun.ts';

/** A column of a table that programs read: one value a level. */
export interface LevelColumn {
  /** Ends in its unit. */
  readonly name: string;
  readonly figureOf: (level: LevelSummary) => string | number | boolean | undefined;
}

const statistics = ['mean', 'sd', 'min', 'p50', 'p90', 'p95', 'p99', 'max'] as const;
const figures: readonly (readonly [string, (level: LevelSummary) => Distribution])[] = [
  ['ttft', ({ ttftMs }) => ttftMs],
  ['tpot', ({ tpotMs }) => tpotMs],
  ['itl', ({ itlMs }) => itlMs],
  ['e2e', ({ e2eMs }) => e2eMs],
  ['queue', ({ queueMs }) => queueMs],
];

/** The columns of a run's levels: those of the summary, then the percentiles and objectives that were asked for. */
export function levelColumns(run: ReportedRun): readonly LevelColumn[] {
  return [
    { name: 'run', figureOf: () => run.summary.run.id },
    ...(run.definitions === undefined ? [] : [{ name: 'definitions', figureOf: () => run.definitions?.tool }]),
    ...identity,
    ...outcome,
    ...throughput,
    ...figures.flatMap(([name, of]) => [
      ...statistics.map((statistic) => ({
        name: `${name}_${statistic}_ms`,
        figureOf: (level: LevelSummary) => of(level)[statistic],
      })),
      { name: `${name}_count`, figureOf: (level: LevelSummary) => of(level).count },
    ]),
    ...arrivals,
    ...trust,
    ...kept(run),
    { name: 'repeat', figureOf: (level) => repeatOf(run.summary, level) },
    ...askedColumns(run),
  ];
}

const identity: readonly LevelColumn[] = [
  { name: 'sweep', figureOf: ({ sweep }) => sweep },
  { name: 'level', figureOf: ({ level }) => level },
  { name: 'status', figureOf: ({ status }) => status },
  { name: 'clients', figureOf: ({ clients }) => clients },
  { name: 'load_kind', figureOf: ({ load }) => load.kind },
  { name: 'load', figureOf: ({ load }) => load.value },
  { name: 'prompt_length_tokens', figureOf: ({ promptLength }) => promptLength },
  { name: 'max_new_tokens', figureOf: ({ maxNewTokens }) => maxNewTokens },
  { name: 'streaming', figureOf: ({ streaming }) => streaming },
];

const outcome: readonly LevelColumn[] = [
  { name: 'planned', figureOf: ({ requests }) => requests.planned },
  { name: 'completed', figureOf: ({ requests }) => requests.completed },
  { name: 'failed', figureOf: ({ requests }) => requests.failed },
  { name: 'empty', figureOf: ({ requests }) => requests.empty },
  { name: 'cut_off', figureOf: ({ requests }) => requests.cutOff },
  { name: 'unsent', figureOf: ({ requests }) => requests.unsent },
  { name: 'throttled', figureOf: ({ requests }) => requests.throttled },
  { name: 'retries', figureOf: ({ requests }) => requests.retries ?? 0 },
  { name: 'prompt_tokens_mean', figureOf: ({ achieved }) => achieved.promptTokens },
  { name: 'output_tokens_mean', figureOf: ({ achieved }) => achieved.outputTokens },
  { name: 'asked_output_tokens_mean', figureOf: ({ achieved }) => achieved.askedOutputTokens },
];

const throughput: readonly LevelColumn[] = [
  { name: 'window_s', figureOf: ({ steady }) => steady?.seconds },
  { name: 'requests_per_s', figureOf: ({ steady }) => steady?.requestsPerSec },
  { name: 'completed_per_s', figureOf: ({ steady }) => steady?.completedPerSec },
  { name: 'output_tokens_per_s', figureOf: ({ steady }) => steady?.outputTokensPerSec },
  { name: 'input_tokens_per_s', figureOf: ({ steady }) => steady?.inputTokensPerSec },
  { name: 'throughput_half_width_ratio', figureOf: ({ steady }) => steady?.relativeHalfWidth },
  { name: 'estimated_requests_per_s', figureOf: ({ estimatedRequestsPerSec }) => estimatedRequestsPerSec },
];

const arrivals: readonly LevelColumn[] = [
  { name: 'offered_requests_per_s', figureOf: (level) => level.arrivals?.offeredPerSec },
  { name: 'sent_requests_per_s', figureOf: (level) => level.arrivals?.sentPerSec },
  { name: 'held_back', figureOf: (level) => level.arrivals?.heldBack },
  { name: 'stability', figureOf: (level) => level.arrivals?.stability },
  { name: 'drift_ratio', figureOf: (level) => level.arrivals?.driftRatio },
  { name: 'backlog_ratio', figureOf: (level) => level.arrivals?.backlogRatio },
  { name: 'ttft_from_sent_p50_ms', figureOf: ({ fromSent }) => fromSent?.ttftMs.p50 },
  { name: 'ttft_from_sent_p99_ms', figureOf: ({ fromSent }) => fromSent?.ttftMs.p99 },
  { name: 'e2e_from_sent_mean_ms', figureOf: ({ fromSent }) => fromSent?.e2eMs.mean },
  { name: 'e2e_from_sent_p99_ms', figureOf: ({ fromSent }) => fromSent?.e2eMs.p99 },
];

const trust: readonly LevelColumn[] = [
  { name: 'little_ratio', figureOf: ({ littleRatio }) => littleRatio },
  { name: 'generator_verdict', figureOf: ({ generator }) => generator.verdict },
  { name: 'loop_delay_p99_ms', figureOf: ({ generator }) => generator.loopDelayP99Ms },
  { name: 'cpu_ratio', figureOf: ({ generator }) => generator.cpuRatio },
  { name: 'late_send_ratio', figureOf: ({ generator }) => generator.lateSendRatio },
];

/** By the objectives that the report asks for, or else by those of the run; the evidence is of the latter alone. */
function kept(run: ReportedRun): readonly LevelColumn[] {
  return [
    { name: 'goodput_per_s', figureOf: (level) => goodputOf(run, level) },
    { name: 'kept_ratio', figureOf: ({ objectives }) => objectives?.keptRatio },
    { name: 'kept_low_ratio', figureOf: ({ objectives }) => objectives?.attainment?.low },
    { name: 'kept_high_ratio', figureOf: ({ objectives }) => objectives?.attainment?.high },
    { name: 'kept_verdict', figureOf: ({ objectives }) => objectives?.attainment?.verdict },
  ];
}

function askedColumns({ percentiles, objectives, details, verdicts }: ReportedRun): readonly LevelColumn[] {
  const spreads = (['ttft', 'tpot', 'itl', 'e2e'] as const).flatMap((name) =>
    percentiles.map((share, index) => ({
      name: `${name}_${percentileName(share)}_ms`,
      figureOf: ({ level }: LevelSummary) => details.get(level)?.spreads[`${name}Ms`]?.percentiles[index],
    })),
  );
  const judged = objectives.map(({ text }, index) => ({
    name: text,
    figureOf: ({ level }: LevelSummary) => verdicts.get(level)?.[index]?.status,
  }));
  const known = new Set(figures.flatMap(([name]) => statistics.map((statistic) => `${name}_${statistic}_ms`)));
  return [...spreads.filter(({ name }) => !known.has(name)), ...judged];
}
