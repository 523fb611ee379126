import type { TokenSource } from '../events/events.ts';
import type { GeneratorHealth, LevelSummary } from '../metrics/levelSummary.ts';
import { enoughForP99 } from '../metrics/percentile.ts';
import { littleApplies, shortness } from '../metrics/shortLevel.ts';
import { arrivalRemarks } from './arrivalRemarks.ts';
import { formatCount, formatDuration, formatLoad, formatLoads, formatPercent, formatTokens } from './quantities.ts';
import type { Remark } from './remarks.ts';
import { serverRemarks } from './serverRemarks.ts';
import { standstillRemarks } from './standstillRemarks.ts';

/** Above this the three figures of Little's law, or asked and achieved lengths, do not agree. */
const agreementRatio = 0.05;

/** Whether the figures of a run can be trusted, what weakens them first. */
export function trustRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const remarks = [
    ...generatorRemarks(levels),
    ...standstillRemarks(levels),
    ...arrivalRemarks(levels),
    ...shortRemarks(levels),
    ...littleRemarks(levels.filter((level) => littleApplies(level) && shortness(level) === undefined)),
    ...lengthRemarks(levels),
    ...streamRemarks(levels),
    ...tokenRemarks(levels),
    ...serverRemarks(levels),
    ...skippedRemarks(levels),
  ];
  return [...remarks.filter(({ tone }) => tone === 'warning'), ...remarks.filter(({ tone }) => tone !== 'warning')];
}

function generatorRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const of = (verdict: GeneratorHealth['verdict']) => levels.filter(({ generator }) => generator.verdict === verdict);
  const limited = of('clientLimited');
  const honest = of('ok');
  const remarks: Remark[] = [];
  if (limited.length > 0) {
    const text = `The load generator was the limit with ${clientsOf(limited)}: what such levels show may be its own doing, and is in no verdict. ${generatorAdvice(limited)}`;
    remarks.push({ tone: 'warning', text });
  } else if (honest.length > 0) {
    const watched = honest.filter(({ generator }) => (generator.samples ?? enoughForP99) >= enoughForP99);
    const delayMs = most(watched.map(({ generator }) => generator.loopDelayP99Ms));
    const cpu = most(honest.map(({ generator }) => generator.cpuRatio));
    const facts = [
      ...(delayMs === undefined ? [] : [`event loop p99 ${formatDuration(delayMs)}`]),
      ...(cpu === undefined ? [] : [`CPU ${formatPercent(cpu)}`]),
    ];
    const besides = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
    remarks.push({ tone: 'plain', text: `The load generator was never the limit${besides}.` });
  }
  const unknown = of('unknown');
  if (unknown.length > 0) {
    const hasSample = unknown.some(({ generator }) => generator.loopDelayP99Ms !== undefined);
    const why = hasSample ? 'the levels were too short to tell' : 'no sample was taken';
    const text = `Whether the load generator was the limit is unknown with ${clientsOf(unknown)}: ${why}.`;
    remarks.push({ tone: 'faint', text });
  }
  return remarks;
}

/** More workers than clients carry nothing. */
function generatorAdvice(limited: readonly LevelSummary[]): string {
  const canSpread = limited.some(({ generator, clients }) => (generator.workers ?? 0) < clients);
  return canSpread
    ? 'Give it more --workers, as far as there are idle cores, or a machine of its own; --force measures them again.'
    : 'Give it a machine of its own, or one on which nothing else runs; --force measures them again.';
}

function shortRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const short = levels.filter((level) => shortness(level) !== undefined);
  const [first] = short;
  if (first === undefined) return [];
  const longer = {
    clients: 'Raise --num_requests_per_client and --min_requests, or --level_seconds',
    ratePerSec: 'Raise --level_seconds',
    trace: 'Send more of the trace (--trace_window)',
  }[first.load.kind];
  const text = `Too short to judge, and in no verdict: ${clientsOf(short)} (with ${formatLoad(first.load)}, ${shortness(first)}). ${longer}.`;
  return [{ tone: 'warning', text }];
}

function littleRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const off = levels.filter(({ littleRatio }) => littleRatio !== undefined && distance(littleRatio) > agreementRatio);
  const [any] = off;
  if (any === undefined) return [];
  const longer = any.arrivals === undefined ? '--num_requests_per_client' : '--level_seconds';
  const worst = Math.max(...off.map(({ littleRatio = 1 }) => distance(littleRatio)));
  const text = `Throughput, latency and requests in flight disagree by up to ${formatPercent(worst)} (Little's law) with ${clientsOf(off)}: longer levels are steadier, raise ${longer}.`;
  return [{ tone: 'warning', text }];
}

function lengthRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const output = weightedMeans(levels, ({ achieved }) => [achieved.outputTokens, achieved.askedOutputTokens]);
  const prompt = weightedMeans(levels, ({ achieved, promptLength }) => [achieved.promptTokens, promptLength]);
  const others = levels.reduce((sum, { requests }) => sum + (requests.otherLength ?? 0), 0);
  const remarks: Remark[] = [];
  if (output !== undefined && distance(output.came / output.asked) > agreementRatio) {
    const why = output.came < output.asked ? 'answers ended early' : 'the server ignores the limit';
    const text = `Answers had ${formatTokens(output.came)} tokens on average, asked were ${formatTokens(output.asked)} (${why}): not comparable with runs of another length.`;
    remarks.push({ tone: 'warning', text });
  } else if (others > 0) {
    const answers = levels.reduce((sum, { requests }) => sum + requests.completed, 0);
    const text = `${formatCount(others)} of ${formatCount(answers)} answers had another length than was asked for.`;
    remarks.push({ tone: 'faint', text });
  }
  if (prompt !== undefined && distance(prompt.came / prompt.asked) > agreementRatio) {
    const text = `Prompts had ${formatTokens(prompt.came)} tokens on average, the mean asked was ${formatTokens(prompt.asked)}.`;
    remarks.push({ tone: 'faint', text });
  }
  return remarks;
}

/** Above this share of its answers a level's stream is no stream. */
const atOnceLimit = 0.5;

function streamRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const completed = levels.filter(({ streaming, requests }) => streaming && requests.completed > 0);
  const atOnce = completed.filter(({ requests }) => (requests.atOnce ?? 0) > atOnceLimit * requests.completed);
  const whole = completed.filter(({ ttftMs, e2eMs }) => e2eMs.count > 0 && ttftMs.count + ttftMs.undefinedCount === 0);
  const remarks: Remark[] = [];
  if (atOnce.length > 0) {
    const text = `All chunks came at once with ${clientsOf(atOnce)}: something between buffers the stream, such as a proxy, and TTFT and TPOT are not the server's.`;
    remarks.push({ tone: 'warning', text });
  }
  if (whole.length > 0) {
    const text = `No stream came with ${clientsOf(whole)}, though one was asked for: there is no TTFT and no TPOT.`;
    remarks.push({ tone: 'warning', text });
  }
  return remarks;
}

const tokenWords: Readonly<Record<Exclude<TokenSource, 'usage'>, Remark>> = {
  tokenIds: { tone: 'faint', text: 'output tokens were counted by the token ids in the stream' },
  tokenizer: { tone: 'faint', text: 'output tokens were counted by our tokenizer: the server sent no usage' },
  chunks: {
    tone: 'warning',
    text: 'only chunks could be counted: no tokens/s and no TPOT by tokens; the server sent no usage',
  },
};

function tokenRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const counts: Partial<Record<TokenSource, number>> = {};
  for (const { tokenSources } of levels) {
    for (const [source, count] of Object.entries(tokenSources) as [TokenSource, number][]) {
      counts[source] = (counts[source] ?? 0) + count;
    }
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return (Object.keys(tokenWords) as (keyof typeof tokenWords)[]).flatMap((source) => {
    const count = counts[source] ?? 0;
    const { tone, text } = tokenWords[source];
    const share = count === total ? 'all' : `${formatCount(count)} of ${formatCount(total)}`;
    return count === 0 ? [] : [{ tone, text: `In ${share} answers ${text}.` }];
  });
}

/** Levels that were not run again, by the run that measured them. */
function skippedRemarks(levels: readonly LevelSummary[]): readonly Remark[] {
  const skipped = new Map<string, LevelSummary[]>();
  for (const level of levels) {
    if (level.status !== 'skipped') continue;
    const reason = level.reason ?? 'measured earlier';
    skipped.set(reason, [...(skipped.get(reason) ?? []), level]);
  }
  return [...skipped].map(([reason, group]) => ({
    tone: 'faint' as const,
    text: `Not run again with ${clientsOf(group)}: ${reason}. --force runs them again.`,
  }));
}

function weightedMeans(
  levels: readonly LevelSummary[],
  of: (level: LevelSummary) => readonly [came: number | undefined, asked: number | undefined],
): { readonly came: number; readonly asked: number } | undefined {
  let [came, asked, weight] = [0, 0, 0];
  for (const level of levels) {
    const [ownCame, ownAsked] = of(level);
    if (ownCame === undefined || ownAsked === undefined) continue;
    came += ownCame * level.requests.completed;
    asked += ownAsked * level.requests.completed;
    weight += level.requests.completed;
  }
  return weight === 0 || asked === 0 ? undefined : { came: came / weight, asked: asked / weight };
}

function clientsOf(levels: readonly LevelSummary[]): string {
  return formatLoads(...levels.map(({ load }) => load));
}

function distance(ratio: number): number {
  return Math.abs(ratio - 1);
}

function most(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
