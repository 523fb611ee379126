import { randomStream } from '../core/random.ts';
import type { Load } from '../events/events.ts';
import type { LoadOptions } from './loadOptions.ts';
import type { OpenLoopOptions } from './openLoopOptions.ts';
import type { TraceOptions } from './traceOptions.ts';

/** What the loads of a sweep follow from. */
export type LoadChoice = Pick<LoadOptions, 'num_clients'> &
  Pick<OpenLoopOptions, 'request_rate' | 'search_rate'> &
  Pick<TraceOptions, 'trace' | 'trace_speed'>;

/** Whether the loads of a sweep are chosen while it runs. */
export function choosesLoads({ request_rate, num_clients, search_rate, trace }: LoadChoice): boolean {
  return search_rate || (request_rate === undefined && trace === undefined && num_clients === 'auto');
}

/** The loads of a sweep that are known beforehand, in the order in which they are run. */
export function plannedLoads(
  options: LoadChoice & { readonly level_order: 'ascending' | 'random' },
  seed: number,
): readonly Load[] {
  const loads = ascendingLoads(options);
  return options.level_order === 'random' ? shuffled(loads, seed) : loads;
}

function ascendingLoads(options: LoadChoice): readonly Load[] {
  if (choosesLoads(options)) return [];
  const { request_rate, num_clients, trace, trace_speed } = options;
  if (trace !== undefined) return trace_speed.map((value) => ({ kind: 'trace', value }));
  if (request_rate !== undefined) return request_rate.map((value) => ({ kind: 'ratePerSec', value }));
  return num_clients === 'auto' ? [] : num_clients.map((value) => ({ kind: 'clients', value }));
}

/** By a draw for each: all orders are equally likely. */
function shuffled(loads: readonly Load[], seed: number): readonly Load[] {
  const random = randomStream(seed, 'level order');
  const drawn = loads.map((load) => ({ load, draw: random() }));
  return drawn.sort((one, other) => one.draw - other.draw).map(({ load }) => load);
}
