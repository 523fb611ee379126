import type { Distribution, LevelSummary } from '../../metrics/levelSummary.ts';
import { enoughForP99 } from '../../metrics/percentile.ts';
import { maxLoadWords, verdictWords } from '../askedText.ts';
import { markOf } from '../charts/curveSeries.ts';
import { element } from '../charts/svg.ts';
import type { formulas } from '../formulas.ts';
import { exactPercent, goodputOf } from '../keptTable.ts';
import { marksOf } from '../levelMarks.ts';
import {
  formatCount,
  formatDuration,
  formatLoad,
  formatNumber,
  formatPercent,
  formatTokens,
  loadHead,
} from '../quantities.ts';
import type { ReportedSweep } from '../reportedRun.ts';
import { type Cell, explained, type Row, table, text } from './pageParts.ts';

interface Column {
  readonly head: string;
  readonly formula?: keyof typeof formulas;
  readonly cell: (level: LevelSummary) => Cell;
}

/** All levels of a sweep: figures, and for each how many requests stand behind it. */
export function renderLevels(sweep: ReportedSweep): string {
  const { levels, saturation, run } = sweep;
  const columns = columnsOf(sweep);
  const head = columns.map(({ head: name, formula }) => ({
    content: formula === undefined ? text(name) : explained(name, formula, run.definitions),
  }));
  const rows = levels.map((level): Row => {
    const isMarked = markOf(level, saturation).isSaturation;
    return { cells: columns.map(({ cell }) => cell(level)), isMarked, remark: remarkOf(level, isMarked) };
  });
  const objectives = run.objectives.length === 0 ? '' : element('p', {}, text(maxLoadWords(run, levels)));
  return table('Levels', head, rows) + objectives;
}

function columnsOf({ levels, run }: ReportedSweep): readonly Column[] {
  const isStreamed = levels.some(({ streaming }) => streaming);
  const hasGoodput = levels.some((level) => goodputOf(run, level) !== undefined);
  const hasKept = levels.some(({ objectives }) => objectives !== undefined);
  return [
    { head: loadHead(levels), cell: ({ load }) => ({ content: formatLoad(load) }) },
    { head: 'requests/s', formula: 'requests', cell: requestRate },
    {
      head: 'tokens/s',
      formula: 'tokens',
      cell: ({ steady }) => ({ content: formatTokens(steady?.outputTokensPerSec) }),
    },
    ...(isStreamed
      ? [
          ...spreadColumns('TTFT', 'ttft', ({ ttftMs }) => ttftMs, ['p50', 'p90', 'p99']),
          ...spreadColumns('TPOT', 'tpot', ({ tpotMs }) => tpotMs, ['p50', 'p99']),
        ]
      : []),
    ...spreadColumns('e2e', 'e2e', ({ e2eMs }) => e2eMs, ['mean', 'p50', 'p90', 'p99']),
    { head: 'failed', formula: 'failed', cell: failures },
    ...run.objectives.map(
      ({ text: words }, index): Column => ({
        head: words,
        cell: ({ level }) => {
          const verdict = run.verdicts.get(level)?.[index];
          if (verdict === undefined) return { content: '-' };
          const content = text(verdictWords(verdict));
          return { content, tip: verdict.reason, ...(verdict.status === 'missed' ? { kind: 'bad-cell' } : {}) };
        },
      }),
    ),
    ...(hasGoodput
      ? [
          {
            head: 'goodput',
            formula: 'goodput',
            cell: (level: LevelSummary) => ({ content: formatNumber(goodputOf(run, level)) }),
          } as const,
        ]
      : []),
    ...(hasKept ? [{ head: 'kept', cell: keptShare }] : []),
  ];
}

/** Of the requests of a level, by the objectives of the run. */
function keptShare({ objectives }: LevelSummary): Cell {
  const { keptRatio, attainment } = objectives ?? {};
  const content = exactPercent(keptRatio);
  if (attainment === undefined) return { content, tip: 'too few requests to tell the share in the long run' };
  const { low, high, requests, verdict } = attainment;
  const facts = [
    `${exactPercent(low)} to ${exactPercent(high)} in the long run: ${verdict}`,
    `of ${formatCount(requests)} requests`,
  ];
  return { content, tip: facts.join('\n'), ...(verdict === 'missed' ? { kind: 'bad-cell' } : {}) };
}

function requestRate({ steady, littleRatio }: LevelSummary): Cell {
  if (steady === undefined) return { content: '-', tip: 'no steady window' };
  const half = steady.relativeHalfWidth;
  const facts = [
    half === undefined ? 'no interval: the window is too short' : `± ${formatPercent(half)} (95 % interval)`,
    `window ${formatNumber(steady.seconds)} s`,
    `${formatNumber(steady.completedPerSec)} completed in it a second`,
    ...(littleRatio === undefined ? [] : [`Little's law ${littleRatio.toFixed(3)}`]),
  ];
  return { content: formatNumber(steady.requestsPerSec), tip: facts.join('\n') };
}

function spreadColumns(
  name: string,
  formula: keyof typeof formulas,
  of: (level: LevelSummary) => Distribution,
  shown: readonly ('mean' | 'p50' | 'p90' | 'p99')[],
): readonly Column[] {
  return shown.map((statistic) => ({
    head: `${name} ${statistic}`,
    formula,
    cell: (level) => {
      const spread = of(level);
      const value = spread[statistic];
      if (value === undefined) return { content: '-', tip: 'not measured' };
      const isRough = statistic === 'p99' && spread.count < enoughForP99;
      const facts = [
        `of ${formatCount(spread.count)} requests${isRough ? `: a p99 needs ${enoughForP99}, this is a rough figure` : ''}`,
        `from ${formatDuration(spread.min)} to ${formatDuration(spread.max)}`,
        `standard deviation ${formatDuration(spread.sd)}`,
      ];
      return { content: `${isRough ? '~' : ''}${formatDuration(value)}`, tip: facts.join('\n') };
    },
  }));
}

function failures({ requests }: LevelSummary): Cell {
  const bad = requests.failed + requests.empty;
  const kinds = Object.entries(requests.byFailureKind).map(([kind, count]) => `${kind} ${count}`);
  const tip = [
    `of ${formatCount(requests.planned)} planned`,
    `${formatCount(requests.completed)} completed`,
    ...kinds,
    ...(requests.empty > 0 ? [`empty ${requests.empty}`] : []),
    ...(requests.cutOff > 0 ? [`cut off by us ${requests.cutOff}`] : []),
    ...(requests.unsent > 0 ? [`not sent ${requests.unsent}`] : []),
  ].join('\n');
  return { content: formatCount(bad), tip, ...(bad > 0 ? { kind: 'bad-cell' as const } : {}) };
}

function remarkOf(level: LevelSummary, isSaturated: boolean): string {
  const marks = marksOf(level, isSaturated);
  return marks.map(({ texts: [longest], reason }) => longest + (reason === undefined ? '' : `: ${reason}`)).join('; ');
}
