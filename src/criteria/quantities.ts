import type { LimitUnit, Refuse } from './comparison.ts';
import type { NamedFigure } from './expression.ts';
import { samplesNeeded } from './objective.ts';
import type { StreamFigures, ThroughputName, WindowLatency, WindowStatistic } from './streamFigures.ts';

/** A figure that a stop rule can compare. */
export interface Quantity {
  readonly unit: LimitUnit;
  /** Events count it up, one by one: it crosses a limit between windows, too. */
  readonly isCounted?: boolean;
  readonly read: (figures: StreamFigures) => number | undefined;
}

/** What a name means, for the reference. */
export interface QuantityWords extends Quantity {
  readonly meaning: string;
}

const latencies: Readonly<Record<string, WindowLatency>> = { ttft: 'ttftMs', tpot: 'tpotMs', e2e: 'e2eMs' };
/** Shares of the percentiles; a mean needs two values. */
const statistics: Readonly<Record<WindowStatistic, number | undefined>> = {
  mean: undefined,
  p50: 0.5,
  p90: 0.9,
  p99: 0.99,
};
const throughputs: readonly string[] = ['throughput', 'output_tokens_per_s', 'requests_per_s'];

/** Figures that stand by themselves. */
export const singleQuantities: Readonly<Record<string, QuantityWords>> = {
  throughput: { unit: 'plain', meaning: 'output tokens a second', read: (figures) => figures.perSec('throughput') },
  output_tokens_per_s: {
    unit: 'plain',
    meaning: 'the same; at the end of a level only where tokens were counted',
    read: (figures) => figures.perSec('output_tokens_per_s'),
  },
  requests_per_s: {
    unit: 'plain',
    meaning: 'completed requests a second',
    read: (figures) => figures.perSec('requests_per_s'),
  },
  error_ratio: {
    unit: 'share',
    meaning: 'failed and empty requests among those that ended; unknown below ten of them',
    read: (figures) => figures.errorRatio(),
  },
  goodput: {
    unit: 'plain',
    meaning: 'requests a second that kept every `--objective`, once a level has ended',
    read: (figures) => figures.summary?.objectives?.goodputPerSec,
  },
  kept_ratio: {
    unit: 'share',
    meaning: 'share of the requests of a level that kept every `--objective`, as far as they were looked at',
    read: (figures) => figures.keptRatio(),
  },
  in_flight: { unit: 'plain', meaning: 'requests in flight', read: (figures) => figures.inFlight() },
  level_e2e: {
    unit: 'duration',
    meaning: 'mean e2e over all requests of the level that ended',
    read: (figures) => figures.levelE2eMs(),
  },
  elapsed: {
    unit: 'duration',
    isCounted: true,
    meaning: 'time since the sweep began (`--stop`), or since the level started (`--stop_level`)',
    read: (figures) => figures.elapsedMs(),
  },
  requests: {
    unit: 'plain',
    isCounted: true,
    meaning: 'requests that ended in the sweep or the level, warm-ups too',
    read: (figures) => figures.requests(),
  },
  tokens: {
    unit: 'plain',
    isCounted: true,
    meaning: 'tokens of their prompts and answers; those of failed requests are not known',
    read: (figures) => figures.tokens(),
  },
  cost: {
    unit: 'plain',
    isCounted: true,
    meaning: 'what those cost by `--price_per_1m_tokens`, in its currency',
    read: (figures) => figures.cost(),
  },
};

/** Figures that are taken of another one, with what they can be taken of. */
const functions: Readonly<Record<string, { readonly of: readonly string[]; readonly make: (of: string) => Quantity }>> =
  {
    gain: {
      of: throughputs,
      make: (of) => ({ unit: 'ratio', read: (figures) => figures.gain(of as ThroughputName) }),
    },
    gain_at_most: { of: ['throughput'], make: () => ({ unit: 'ratio', read: (figures) => figures.gainAtMost() }) },
    half_width: { of: ['throughput'], make: () => ({ unit: 'ratio', read: (figures) => figures.halfWidth() }) },
    growth: { of: ['in_flight'], make: () => ({ unit: 'ratio', read: (figures) => figures.growth() }) },
    ...Object.fromEntries(
      Object.entries(statistics).map(([statistic, share]) => [
        statistic,
        {
          of: Object.keys(latencies),
          make: (of: string) => latencyQuantity(latencies[of] as WindowLatency, statistic as WindowStatistic, share),
        },
      ]),
    ),
  };

/** Finds what a figure of a stop rule stands for. @throws by `refuse` where it is unknown */
export function quantityOf({ name, argument }: NamedFigure, refuse: Refuse): Quantity {
  const call = Object.hasOwn(functions, name.value) ? functions[name.value] : undefined;
  if (argument !== undefined) {
    if (call === undefined) return refuse(name, Object.keys(functions).join(', '));
    return call.of.includes(argument.value) ? call.make(argument.value) : refuse(argument, call.of.join(', '));
  }
  if (call !== undefined) return refuse(name, `what it is taken of, such as ${name.value}(${call.of[0]})`);
  if (Object.hasOwn(latencies, name.value)) return refuse(name, `a statistic of it, such as p90(${name.value})`);
  const single = Object.hasOwn(singleQuantities, name.value) ? singleQuantities[name.value] : undefined;
  return single ?? refuse(name, `${Object.keys(singleQuantities).join(', ')} or a statistic such as p90(ttft)`);
}

function latencyQuantity(latency: WindowLatency, statistic: WindowStatistic, share: number | undefined): Quantity {
  const leastCount = share === undefined ? 2 : samplesNeeded(share);
  return { unit: 'duration', read: (figures) => figures.latencyMs(latency, statistic, leastCount) };
}
