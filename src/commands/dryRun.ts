import { warmConnections } from '../actors/clientCrew.ts';
import { publicOptions } from '../config/publicOptions.ts';
import { formatCount, formatPercent, loadHead } from '../reports/quantities.ts';
import { askedLengths } from '../workload/askedLengths.ts';
import { conversationsBegun, type LevelRequests } from '../workload/conversations.ts';
import { type AchievedLengths, summarizePrompts } from '../workload/promptPlan.ts';
import type { RunPlan, SweepPlan } from './runPlan.ts';

/** What `--dry_run` prints: levels, requests and the lengths that prompts really have. Nothing is sent. */
export function renderPlan(plan: RunPlan, output: 'text' | 'json'): string {
  if (output === 'json') {
    const sweeps = plan.sweeps.map((sweep) => describeSweep(sweep, plan));
    return `${JSON.stringify({ sweeps, workers: plan.workers, warnings: plan.warnings }, undefined, 2)}\n`;
  }
  const sweeps = plan.sweeps.map((sweep) => ({ ...describeSweep(sweep, plan), seedWords: seedWords(sweep) }));
  const lines = sweeps.flatMap((sweep) => [
    `sweep ${sweep.sweep + 1} of ${sweeps.length} · ${sweep.options['api']} · ${sweep.options['model']} · tokenizer ${sweep.tokenizer}${sweep.seedWords}`,
    `  lengths asked: ${sweep.asked}`,
    ...(sweep.dataset === undefined ? [] : [`  prompts: ${sweep.dataset}`]),
    `  ${sweep.head}  requests  warm-ups  prompt tokens (mean, sd, min-max)   new tokens (mean, sd, min-max)`,
    ...sweep.levels.map(
      ({ load, requests, warmups, skipped, promptTokens, maxNewTokens, conversations, expectedPrefixHitRatio: hits }) =>
        `  ${String(load).padStart(7)}  ${String(requests).padStart(8)}  ${String(warmups).padStart(8)}  ` +
        `${spread(promptTokens).padEnd(34)}  ${spread(maxNewTokens)}${conversations === undefined ? '' : `   conversations: ${formatCount(conversations)}`}${hits === undefined ? '' : `   prefix hits planned: ${formatPercent(hits)}`}${skipped ? '   result exists: skipped' : ''}`,
    ),
    ...(sweep.levels.length === 0
      ? [
          sweep.options['search_rate'] === true
            ? '  rates are chosen while it runs, from what the closed loop before gives'
            : `  loads are chosen while it runs, from 1 to at most ${sweep.options['max_clients']}`,
        ]
      : []),
    '',
  ]);
  return [
    ...plan.warnings.map((warning) => `warning  ${warning}`),
    ...lines,
    ruleOf(plan),
    'Nothing was sent.',
    '',
  ].join('\n');
}

function ruleOf({ sweeps }: RunPlan): string {
  if (sweeps.every(({ options }) => options.trace !== undefined)) return traceRule;
  const closed = sweeps.filter(({ options }) => options.request_rate === undefined && options.trace === undefined);
  if (closed.length === 0) return arrivalRule;
  return closed.some(({ options }) => options.level_seconds === undefined) ? requestRule : timeRule;
}

const timeRule = 'Requests of a level: as many as are answered within level_seconds, at most those above.';

const requestRule =
  'Requests of a level: num_requests_per_client for each client, but at least min_requests in all; some clients may send one more than others.';

const arrivalRule = 'Requests of a level: those that arrive within level_seconds, drawn from the seed.';

const traceRule = 'Requests of a level: those of the trace, or of its window.';

/** A fresh seed is not that of the run that comes: its lengths will differ a little from these. */
function seedWords({ usedSeed, options, repeat }: SweepPlan): string {
  const repeats = repeat === undefined ? '' : ` · repeat ${repeat} of ${options.repeats}`;
  if (usedSeed === undefined) return repeats;
  return `${repeats} · seed ${usedSeed}${options.prompt_generator_seed === undefined ? ', a fresh one for each run' : ''}`;
}

function describeSweep(sweep: SweepPlan, { levels, specs }: RunPlan) {
  return {
    sweep: sweep.sweep,
    ...(sweep.repeat === undefined ? {} : { repeat: sweep.repeat }),
    options: publicOptions(sweep.options, specs),
    tokenizer: sweep.tokenizer,
    asked: askedLengths(sweep.options),
    ...(sweep.prompts.about === undefined ? {} : { dataset: sweep.prompts.about }),
    head: loadHead(levels.filter((level) => level.sweep === sweep.sweep)),
    ...(sweep.usedSeed === undefined ? {} : { seed: sweep.usedSeed }),
    levels: levels
      .filter((level) => level.sweep === sweep.sweep)
      .map(({ load, clients, planned, warmups, openLoop, firstRequest, skip, result, expectedPrefixHitRatio }) => ({
        ...(openLoop === undefined
          ? { clients }
          : load.kind === 'trace'
            ? { speed: load.value }
            : { ratePerSec: load.value }),
        load: load.value,
        warmups: warmups * (openLoop === undefined ? clients : warmConnections),
        skipped: skip,
        result: result.path,
        ...(expectedPrefixHitRatio === undefined ? {} : { expectedPrefixHitRatio }),
        ...conversationsOf(sweep, { firstRequest, planned, clients }),
        ...summarizePrompts(sweep.prompts.deck, { firstRequest, planned, clients }),
      })),
  };
}

function conversationsOf({ prompts }: SweepPlan, level: LevelRequests): { readonly conversations?: number } {
  const { conversations } = prompts.deck;
  return conversations === undefined ? {} : { conversations: conversationsBegun(level, conversations) };
}

function spread({ mean, sd, min, max }: AchievedLengths): string {
  return `${mean.toFixed(1)}, ${sd === undefined ? '-' : sd.toFixed(1)}, ${min}-${max}`;
}
