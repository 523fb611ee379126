import type { LevelSummary } from '../metrics/levelSummary.ts';
import { formatCount, formatDuration, formatLoads, formatNumber, formatPercent } from './quantities.ts';
import type { Remark } from './remarks.ts';

/** Sent and offered rates that differ by more than this are said. */
const agreementRatio = 0.005;
/** From due and from sent, latencies that differ by more than this are said. */
const notableRatio = 0.05;

/** What is to be said of levels of an open loop: where latencies count from, and whether requests left when they were due. */
export function arrivalRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const open = levels.filter(({ arrivals }) => arrivals !== undefined);
  if (open.length === 0) return [];
  return [
    {
      tone: 'plain',
      text: `Latencies count from when a request was due, not from when it was sent. ${fromSent(open)}`,
    },
    ...heldBack(open),
    ...offered(open),
  ];
}

function fromSent(open: readonly LevelSummary[]): string {
  const apart = open.filter(({ fromSent: sent, e2eMs }) => differs(e2eMs.p99, sent?.e2eMs.p99));
  const worst = apart.toSorted((one, other) => (other.e2eMs.p99 ?? 0) - (one.e2eMs.p99 ?? 0))[0];
  if (worst === undefined) return 'From its sending they are the same within 5 % (p99).';
  return `From its sending p99 of e2e would be ${formatDuration(worst.fromSent?.e2eMs.p99)} in place of ${formatDuration(worst.e2eMs.p99)} with ${formatLoads(worst.load)}.`;
}

function heldBack(open: readonly LevelSummary[]): readonly Remark[] {
  const held = open.filter(({ arrivals }) => (arrivals?.heldBack ?? 0) > 0);
  if (held.length === 0) return [];
  const count = held.reduce((sum, { arrivals }) => sum + (arrivals?.heldBack ?? 0), 0);
  const text = `${formatCount(count)} requests were held back with ${formatLoads(...held.map(({ load }) => load))}, as --max_in_flight ${formatCount(held[0]?.arrivals?.maxInFlight)} were in flight: their wait is in the latencies.`;
  return [{ tone: 'warning', text }];
}

function offered(open: readonly LevelSummary[]): readonly Remark[] {
  const off = open.filter(({ arrivals }) => differs(arrivals?.sentPerSec, arrivals?.offeredPerSec, agreementRatio));
  if (off.length === 0)
    return [{ tone: 'plain', text: 'Requests were sent at the rates that were offered, within 0.5 %.' }];
  return off.map(({ load, arrivals }): Remark => {
    const ratio = (arrivals?.sentPerSec ?? 0) / (arrivals?.offeredPerSec ?? 1) - 1;
    const text = `With ${formatLoads(load)}, ${formatNumber(arrivals?.sentPerSec)} requests/s were sent of ${formatNumber(arrivals?.offeredPerSec)} that were due (${formatPercent(ratio)}).`;
    return { tone: 'warning', text };
  });
}

function differs(value: number | undefined, other: number | undefined, by: number = notableRatio): boolean {
  return value !== undefined && other !== undefined && other > 0 && Math.abs(value / other - 1) > by;
}
