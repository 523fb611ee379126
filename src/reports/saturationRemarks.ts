import type { LevelSummary } from '../metrics/levelSummary.ts';
import type { LoadUnderObjectives, Saturation } from '../metrics/runSummary.ts';
import { underObjectives } from '../metrics/underObjectives.ts';
import {
  formatClients,
  formatCount,
  formatDuration,
  formatLoads,
  formatNumber,
  formatPercent,
  formatTokens,
  trimZeros,
} from './quantities.ts';
import type { Remark } from './remarks.ts';

/** A plateau is left again where throughput falls below this share of it. */
const fallen = 0.9;
/** The estimate and the measured throughput differ by more than this. */
const notableDifference = 0.05;

/** A sweep as far as its answer goes. */
export interface AnsweredSweep {
  readonly saturation: Saturation;
  readonly levels: readonly LevelSummary[];
  /** Whether more loads would have been run, had nobody or nothing ended the sweep: then there is no need to name some. */
  readonly isCutShort: boolean;
}

/** The answer to the main question, about one sweep: where it saturates, and what that is worth. */
export function saturationRemarks({ saturation, levels, isCutShort }: AnsweredSweep): readonly Remark[] {
  const further = isCutShort ? '' : furtherLoads(levels);
  const under = underObjectives(levels);
  if (levels[0]?.arrivals !== undefined) {
    const isSettled = levels.some(({ arrivals }) => arrivals?.stability !== 'unknown');
    return [
      ...(under === undefined ? [] : underRateRemarks(under)),
      ...(under === undefined || isSettled ? rateRemarks(saturation, levels, further) : []),
    ];
  }
  return [
    ...headline(saturation, levels, further),
    ...(under === undefined ? [] : [underClientsRemark(under)]),
    ...balance(saturation),
    ...estimate(saturation, levels),
  ];
}

function headline(saturation: Saturation, levels: readonly LevelSummary[], further: string): readonly Remark[] {
  const { status, reason = 'it cannot be told' } = saturation;
  switch (status) {
    case 'found': {
      const weakness: readonly Remark[] =
        saturation.reason === undefined ? [] : [{ tone: 'warning', text: sentence(saturation.reason) }];
      return [...point(saturation), ...interval(saturation), ...beyond(saturation, levels), ...weakness];
    }
    case 'notSaturated':
      return [
        { tone: 'warning', text: `Not saturated: ${reason}.` },
        {
          tone: 'plain',
          text: `Highest ${isTrustedInAll(levels) ? 'so far' : 'that can be trusted'}: ${throughput(saturation)}${further}`,
        },
      ];
    case 'unknown': {
      const so: Remark = { tone: 'warning', text: `Saturation unknown: ${reason}.` };
      const isMeasured = saturation.requestsPerSec !== undefined;
      return isMeasured ? [so, { tone: 'plain', text: `Measured: ${throughput(saturation)}${further}` }] : [so];
    }
  }
}

function isTrustedInAll(levels: readonly LevelSummary[]): boolean {
  return levels.every(({ generator }) => generator.verdict !== 'clientLimited');
}

/** The most clients under objectives. */
function underClientsRemark({ status, clients, tooManyClients, reason }: LoadUnderObjectives): Remark {
  const missed = tooManyClients === undefined ? '' : `; ${formatClients(tooManyClients)} surely miss them`;
  const why = reason === undefined ? '' : ` (${reason})`;
  if (clients === undefined) {
    return { tone: 'warning', text: `No load that was tried surely keeps the objectives${missed}${why}.` };
  }
  const tone = status === 'found' ? 'good' : 'warning';
  return { tone, text: `Largest load under the objectives: ${formatClients(clients)}${missed}${why}.` };
}

/** The largest rate under objectives. */
function underRateRemarks({ status, ratePerSec, interval, probes, reason }: LoadUnderObjectives): readonly Remark[] {
  const tried = `${formatCount(probes)} rates were tried${reason === undefined ? '' : `: ${reason}`}.`;
  const [from, to] = (interval ?? []).map((rate) => trimZeros(formatNumber(rate)));
  const between = interval === undefined ? '' : `, between ${from} and ${to} with 90 % confidence`;
  if (ratePerSec === undefined) {
    return [{ tone: 'warning', text: `No rate that was tried surely keeps the objectives${between}. ${tried}` }];
  }
  const text = `Largest rate under the objectives: ${trimZeros(formatNumber(ratePerSec))} requests/s${between}. ${tried}`;
  return [{ tone: status === 'found' ? 'good' : 'warning', text }];
}

/** The answer of a sweep of rates, or of speeds. */
function rateRemarks(saturation: Saturation, levels: readonly LevelSummary[], further: string): readonly Remark[] {
  const { status, reason = 'it cannot be told', ratePerSec, tooHighRatePerSec, speed, tooHighSpeed } = saturation;
  if (status !== 'found') return headline(saturation, levels, further);
  const loadOf = (value: number | undefined) => levels.find(({ load }) => load.value === value);
  const point = loadOf(ratePerSec ?? speed);
  const [kept, lost] = [point, loadOf(tooHighRatePerSec ?? tooHighSpeed)].map((level) =>
    level === undefined ? 'an unknown load' : formatLoads(level.load),
  );
  const waits = point === undefined ? '' : `: e2e ${formatDuration(point.e2eMs.mean)} on average`;
  return [
    { tone: 'good', text: `The server keeps up with ${kept}${waits}.` },
    { tone: 'plain', text: `It falls behind at ${lost}. Highest throughput: ${throughput(saturation)}.` },
    ...(saturation.reason === undefined ? [] : [{ tone: 'warning', text: sentence(reason) } as const]),
  ];
}

/** Two lines where the plateau was measured with more clients than it takes to come near it. */
function point(saturation: Saturation): readonly Remark[] {
  const { clients, reachedRatio = 1, plateauClients } = saturation;
  if (plateauClients === undefined || plateauClients === clients) {
    return [{ tone: 'good', text: `Saturation: ${formatClients(clients)} · ${throughput(saturation)}` }];
  }
  const share = reachedRatio >= 0.9995 ? 'all' : `${(reachedRatio * 100).toFixed(1)} %`;
  return [
    { tone: 'good', text: `Saturation: ${formatClients(clients)}, with ${share} of the throughput of the plateau.` },
    { tone: 'plain', text: `Plateau: ${throughput(saturation)}, with ${formatClients(plateauClients)}.` },
  ];
}

/** Nothing where it says no more than the point itself. */
function interval({ clientsInterval }: Saturation): readonly Remark[] {
  if (clientsInterval === undefined) return [];
  const [above, upTo] = clientsInterval;
  const range =
    above === 0
      ? `at most ${formatClients(upTo)}`
      : `more than ${formatCount(above)} and at most ${formatClients(upTo)}`;
  return [{ tone: 'plain', text: `With 95 % confidence it takes ${range}.` }];
}

function throughput({ requestsPerSec, outputTokensPerSec, relativeHalfWidth }: Saturation): string {
  const rate = formatNumber(requestsPerSec);
  const spread =
    relativeHalfWidth === undefined ? '' : ` (± ${halfWidth(rate, (requestsPerSec ?? 0) * relativeHalfWidth)})`;
  const tokens = outputTokensPerSec === undefined ? '' : ` · ${formatTokens(outputTokensPerSec)} tokens/s`;
  return `${rate} requests/s${spread}${tokens}`;
}

/** As many decimals as the rate has that it belongs to. */
function halfWidth(rate: string, half: number): string {
  const decimals = rate.includes('.') && !/[kM]/.test(rate) ? rate.length - rate.indexOf('.') - 1 : 0;
  const text = half.toFixed(decimals);
  return Number(text) === 0 || half >= 1000 ? formatNumber(half) : text;
}

/** What more load than the saturation point brings. */
function beyond({ clients = 0, requestsPerSec = 0 }: Saturation, levels: readonly LevelSummary[]): readonly Remark[] {
  const point = levels.find((level) => level.clients === clients);
  const last = levels.reduce<LevelSummary | undefined>(
    (top, level) => (level.clients > (top?.clients ?? clients) ? level : top),
    undefined,
  );
  const [before, after] = [point?.e2eMs.mean, last?.e2eMs.mean];
  if (last === undefined || before === undefined || after === undefined) return [];
  const waits = `${formatDuration(after)} on average with ${formatCount(last.clients)}, ${formatDuration(before)} with ${formatCount(clients)}`;
  const own = last.steady?.requestsPerSec;
  const falls = own !== undefined && own < fallen * requestsPerSec;
  const what = falls
    ? `throughput falls (${formatNumber(own)} requests/s) and clients wait longer`
    : 'more clients only wait longer';
  return [{ tone: 'plain', text: `Beyond it, ${what}: ${waits}.` }];
}

function balance({ maxPowerClients }: Saturation): readonly Remark[] {
  if (maxPowerClients === undefined) return [];
  const [from, to] = maxPowerClients;
  const range = from === to ? formatClients(to) : `${formatCount(from)} to ${formatClients(to)}`;
  return [{ tone: 'plain', text: `Best balance of throughput and latency: ${range}.` }];
}

/** Tools that measure nothing over time print clients / mean latency. */
function estimate({ clients }: Saturation, levels: readonly LevelSummary[]): readonly Remark[] {
  const level = levels.find((candidate) => candidate.clients === clients);
  const [estimated, measured] = [level?.estimatedRequestsPerSec, level?.steady?.requestsPerSec];
  if (level === undefined || estimated === undefined || measured === undefined || measured === 0) return [];
  const difference = estimated / measured - 1;
  if (Math.abs(difference) <= notableDifference) return [];
  const text = `Clients / mean latency would say ${formatNumber(estimated)} requests/s at ${formatClients(level.clients)}: ${formatPercent(Math.abs(difference))} ${difference > 0 ? 'more' : 'less'} than was measured.`;
  return [{ tone: 'faint', text }];
}

/** How the sweep would go on; not at all where its largest load was more than the load generator could send. */
function furtherLoads(levels: readonly LevelSummary[]): string {
  const most = Math.max(0, ...levels.map(({ load }) => load.value));
  const largest = levels.find(({ load }) => load.value === most);
  if (largest?.generator.verdict === 'clientLimited') return '';
  const option = levels[0]?.arrivals === undefined ? '--num_clients' : '--request_rate';
  return most === 0 ? '' : `. Go further: ${option} ${[1, 2, 4].map((times) => most * times).join(' ')}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
