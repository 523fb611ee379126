import type { RunSummary } from '../metrics/runSummary.ts';
import { renderCurve } from './curveText.ts';
import { renderKeptTable } from './keptTable.ts';
import { renderLevelTable } from './levelTable.ts';
import { type Remark, renderRemarks } from './remarks.ts';
import { renderRepeatTables } from './repeatTable.ts';
import type { AnsweredSweep } from './saturationRemarks.ts';
import { renderServerTable } from './serverTable.ts';
import { sweepLevels } from './sweepLevels.ts';
import { sweepTitles } from './sweepTitles.ts';
import { paint, shown, type TextStyle } from './textStyle.ts';
import { renderTurnTable } from './turnTable.ts';
import { isInterrupted, renderAnswer, renderTrust } from './verdict.ts';

/** A place where something of the run is kept, shown at the end. */
export interface KeptPlace {
  /** `Results`, `Log`, ... */
  readonly label: string;
  readonly place: string;
}

export interface SummaryTextParts {
  readonly places: readonly KeptPlace[];
  /** Left out where the reader has just seen them: what belongs to each sweep, the warnings of the run, its error. */
  readonly sweeps: boolean;
  readonly warnings: boolean;
  readonly error: boolean;
}

/**
 * The whole report of a run, for people: for each sweep its table, its curve and the answer, then what the figures are
 * worth, then where everything is.
 *
 * @returns lines, without a line break at their end
 */
export function renderSummary(summary: RunSummary, style: TextStyle, parts: SummaryTextParts): readonly string[] {
  const titles = sweepTitles(summary.sweeps);
  const sweeps = !parts.sweeps
    ? []
    : summary.sweeps.map(({ id, saturation, stopReason }, index) => {
        const levels = sweepLevels(summary, id);
        if (levels.length === 0) return [];
        const title = titles[index] ?? '';
        const isCutShort = stopReason !== undefined || isInterrupted(summary.run);
        return blocks([
          [
            ...(title === '' ? [] : [renderSweepTitle(title, style)]),
            ...renderLevelTable(levels, saturation, style, stopReason),
          ],
          renderSweepAnswer({ saturation, levels, isCutShort }, style),
        ]);
      });
  const warnings = parts.warnings ? renderWarnings(summary.warnings, style) : [];
  return blocks([
    ...sweeps,
    renderRepeatTables(summary, style),
    renderTrust(summary, style, parts.error),
    warnings,
    renderPlaces(parts.places, style),
  ]);
}

/** What follows the table of a sweep: its curve, what the server says of itself, and the answer in words. */
export function renderSweepAnswer(sweep: AnsweredSweep, style: TextStyle): readonly string[] {
  return blocks([
    renderCurve(sweep.levels, sweep.saturation, style),
    renderServerTable(sweep.levels, style),
    renderTurnTable(sweep.levels, style),
    renderKeptTable(sweep.levels, style),
    renderAnswer(sweep, style),
  ]);
}

/** The line above what belongs to one sweep of several. */
export function renderSweepTitle(title: string, style: TextStyle): string {
  return `  ${paint(shown(title, style), 'strong', style)}`;
}

export function renderWarnings(warnings: readonly string[], style: TextStyle): readonly string[] {
  return renderRemarks(
    warnings.map((warning): Remark => ({ tone: 'warning', text: `warning  ${warning}` })),
    style,
  );
}

/** Paths are not broken, so that they can be copied. */
function renderPlaces(places: readonly KeptPlace[], style: TextStyle): readonly string[] {
  const width = Math.max(0, ...places.map(({ label }) => label.length));
  return places.map(({ label, place }) => `  ${paint(label.padEnd(width), 'faint', style)}   ${shown(place, style)}`);
}

/** Blocks of lines with a blank line between them. */
function blocks(parts: readonly (readonly string[])[]): readonly string[] {
  return parts.filter(({ length }) => length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
