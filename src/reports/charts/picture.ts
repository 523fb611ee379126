import { SpeedometerError } from '../../core/errors.ts';
import { type ReportedRun, reportedSweeps } from '../reportedRun.ts';
import { paperTheme } from './chartTheme.ts';
import { drawCurve } from './curveChart.ts';
import { knowsTokens, type LatencyChoice, latencyNames, type ThroughputChoice, throughputOf } from './curveSeries.ts';
import { drawLoadChart } from './loadChart.ts';
import { drawCdf } from './spreadChart.ts';
import { drawTimeline } from './timelineChart.ts';

/** Which picture, and how wide. */
export interface PictureChoice {
  readonly picture: 'curve' | 'load' | 'distributions' | 'timeline';
  readonly latency: LatencyChoice;
  readonly throughput: ThroughputChoice;
  /** Px. */
  readonly width: number;
}

/**
 * One picture as an SVG file, black on white. Curves and loads are laid over each other for several runs; distributions
 * and the timeline are those of the first.
 * @throws SpeedometerError `usage` where no level has the figures
 */
export function drawReportPicture(runs: readonly ReportedRun[], choice: PictureChoice): string {
  const svg = drawChosen(runs, choice);
  if (svg !== '') return `${svg}\n`;
  throw new SpeedometerError('usage', `--picture ${choice.picture}: no level has the figures for it`, {
    hint: 'TTFT and TPOT need streamed answers; a level needs completed requests in its window (--window all).',
  });
}

function drawChosen(runs: readonly ReportedRun[], { picture, latency, throughput, width }: PictureChoice): string {
  const sweeps = reportedSweeps(runs);
  const [run] = runs;
  const rate = throughput === 'tokens' && knowsTokens(sweeps) ? 'tokens' : 'requests';
  const theme = paperTheme;
  const by = run?.definitions && `by the formulas of ${run.definitions.tool}`;
  const note = by === undefined ? {} : { note: by };
  const noted = (name: string): string => (by === undefined ? name : `${name}, ${by}`);
  switch (picture) {
    case 'curve':
      return drawCurve(sweeps, { width, height: Math.round(width * 0.6), throughput: rate, latency, theme, ...note });
    case 'load': {
      const label = noted(rate === 'tokens' ? 'Output tokens/s' : 'Requests/s');
      const lines = [
        { name: label, figureOf: (level: Parameters<typeof throughputOf>[0]) => throughputOf(level, rate) },
      ];
      return drawLoadChart(sweeps, { width, height: Math.round(width * 0.5), label, lines, theme });
    }
    case 'distributions': {
      const levels = (run?.summary.levels ?? []).flatMap(({ level, load }) => {
        const spread = run?.details.get(level)?.spreads[`${latency}Ms`];
        return spread === undefined ? [] : [{ load, spread }];
      });
      return drawCdf(levels, { width, name: noted(latencyNames[latency]), theme });
    }
    case 'timeline': {
      const levels = (run?.summary.levels ?? []).flatMap(({ level, load }) => {
        const detail = run?.details.get(level);
        return detail === undefined ? [] : [{ load, detail }];
      });
      return drawTimeline(levels, { width, inTokens: rate === 'tokens', theme });
    }
  }
}
