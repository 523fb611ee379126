import type { Load } from '../events/events.ts';
import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { ServerSummary } from '../metrics/serverSummary.ts';
import { formatCount, formatLoad, formatLoads, formatPercent } from './quantities.ts';
import type { Remark } from './remarks.ts';

/** Hits beyond what was planned, as a share of prompt tokens, that are told. */
const notableHits = 0.01;
/** Counts that differ by no more than this share of ours, or this many, agree. */
const countSlack = { ratio: 0.02, requests: 2 };

/** What of the server's own figures weakens ours, or explains them. */
export function serverRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const measured = levels.flatMap(({ load, server, expectedPrefixHitRatio: expectedHits = 0 }) =>
    server === undefined ? [] : [{ load, server, expectedHits }],
  );
  return [
    ...cacheRemarks(measured),
    ...plannedRemarks(levels),
    ...strangerRemarks(measured),
    ...partRemarks(measured),
    ...preemptionRemarks(measured),
  ];
}

interface MeasuredServer {
  readonly load: Load;
  readonly server: ServerSummary;
  /** Share of prompt tokens, of prefixes that were shared on purpose. */
  readonly expectedHits: number;
}

function cacheRemarks(measured: readonly MeasuredServer[]): readonly Remark[] {
  const cached = measured.filter(
    ({ server, expectedHits }) => (server.prefixCacheHitRatio ?? 0) > expectedHits + notableHits,
  );
  if (cached.length === 0) return [];
  const most = Math.max(...cached.map(({ server }) => server.prefixCacheHitRatio ?? 0));
  const planned = Math.max(...cached.map(({ expectedHits }) => expectedHits));
  const than = planned === 0 ? '' : `, where up to ${formatPercent(planned)} were planned`;
  const text = `The server had up to ${formatPercent(most)} of the prompt tokens in its prefix cache with ${clientsOf(cached)} and did not compute them${than}. If that is not what you measure, empty that cache or turn it off.`;
  return [{ tone: 'warning', text }];
}

/** What a cache could do, where the server does not tell what its cache did. */
function plannedRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const planned = levels.filter(({ server }) => server?.prefixCacheHitRatio === undefined);
  const shares = planned.flatMap(({ expectedPrefixHitRatio: share }) => (share === undefined ? [] : [share]));
  if (shares.length === 0) return [];
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => formatPercent(share));
  const range = least === most ? most : `${least} to ${most}`;
  const why = planned.some(({ turns }) => turns !== undefined)
    ? 'Turns repeat what was said before them'
    : 'Prompts share beginnings on purpose';
  const text = `${why}: a prefix cache could answer for at most ${range} of their tokens. What the server's cache did it does not tell.`;
  return [{ tone: 'plain', text }];
}

function strangerRemarks(measured: readonly MeasuredServer[]): readonly Remark[] {
  const shared = measured.filter(
    ({ server: { requests } }) => requests !== undefined && isMore(requests.server, requests.sent),
  );
  const [first] = shared;
  if (first?.server.requests === undefined) return [];
  const { server, sent } = first.server.requests;
  const text = `Somebody else used the server with ${clientsOf(shared)}: it finished ${formatCount(server)} requests, and we had sent ${formatCount(sent)}${among(shared, first)}. What they took is missing in the figures.`;
  return [{ tone: 'warning', text }];
}

function partRemarks(measured: readonly MeasuredServer[]): readonly Remark[] {
  const partial = measured.filter(
    ({ server: { requests } }) => requests !== undefined && isMore(requests.completed, requests.server),
  );
  const [first] = partial;
  if (first?.server.requests === undefined) return [];
  const { server, completed } = first.server.requests;
  const text = `The metrics of the server are those of a part of it with ${clientsOf(partial)}: they count ${formatCount(server)} finished requests, and we had ${formatCount(completed)} answered${among(partial, first)}.`;
  return [{ tone: 'warning', text }];
}

function preemptionRemarks(measured: readonly MeasuredServer[]): readonly Remark[] {
  const full = measured.filter(({ server }) => (server.preemptions ?? 0) > 0);
  if (full.length === 0) return [];
  const times = full.reduce((total, { server }) => total + (server.preemptions ?? 0), 0);
  const text = `The KV cache of the server was full with ${clientsOf(full)}: it took running requests off ${formatCount(times)} ${times === 1 ? 'time' : 'times'} and began them anew.`;
  return [{ tone: 'plain', text }];
}

function isMore(count: number, other: number): boolean {
  return count - other > Math.max(countSlack.requests, countSlack.ratio * other);
}

function clientsOf(measured: readonly MeasuredServer[]): string {
  return formatLoads(...measured.map(({ load }) => load));
}

/** Whose figures they are, where there are several levels. */
function among(measured: readonly MeasuredServer[], { load }: MeasuredServer): string {
  return measured.length === 1 ? '' : ` with ${formatLoad(load)}`;
}
