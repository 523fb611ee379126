import { expect, test } from 'vitest';
import { judgeComparison } from '../../src/commands/judgeComparison.ts';
import { judgeReport } from '../../src/commands/judgeReport.ts';
import { parseObjective } from '../../src/criteria/objective.ts';
import { parseRegression } from '../../src/criteria/regression.ts';
import type { ComparedReport } from '../../src/reports/comparedReport.ts';
import type { ReportedRun } from '../../src/reports/reportedRun.ts';

const [few, ours] = ['242 requests, needed are 459', 'the load generator was the limit'];
const always = '--allow_unknown lets it pass, --at_clients names the loads that count.';
const more = 'Longer levels have more requests.';
const workers = 'Give the load generator more --workers or a machine of its own; --force measures again.';
const asked = { at_clients: [], allow_unknown: false };
const at = { load: { kind: 'clients', value: 4 }, clients: 4 } as const;

test.each([
  [[few], `${more} ${always}`],
  [['too short: 12 s of steady window are needed'], `${more} ${always}`],
  [[ours], `${workers} ${always}`],
  [[ours, few], `${workers} ${more} ${always}`],
  [['not measured'], always],
])('the way out of a gate without a verdict is that of its reasons: %j', (reasons, hint) => {
  const regression = parseRegression('p99(ttft) worse by 5%');
  const regressions = [reasons.map((reason) => ({ regression, ...at, status: 'unknown' as const, reason }))];
  const compared = { comparisons: [], regressions } as Partial<ComparedReport> as ComparedReport;
  expect(() => judgeComparison(compared, asked)).toThrow(expect.objectContaining({ hint }));

  const objective = parseObjective('p99(ttft) < 1s');
  const verdicts = new Map([[0, reasons.map((reason) => ({ objective, status: 'unknown' as const, reason }))]]);
  const run = { summary: { levels: [{ level: 0, ...at }] }, verdicts } as unknown as ReportedRun;
  expect(() => judgeReport([run], asked)).toThrow(expect.objectContaining({ hint }));
});
