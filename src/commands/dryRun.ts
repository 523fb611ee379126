import { publicOptions } from '../config/publicOptions.ts';
import { type AchievedLengths, summarizePrompts } from '../workload/promptPlan.ts';
import type { LevelPlan, RunPlan, SweepPlan } from './runPlan.ts';

/** What `--dry_run` prints: levels, requests and the lengths that prompts really have. Nothing is sent. */
export function renderPlan(plan: RunPlan, output: 'text' | 'json'): string {
  const sweeps = plan.sweeps.map((sweep) => describeSweep(sweep, plan.levels));
  if (output === 'json')
    return `${JSON.stringify({ sweeps, workers: plan.workers, warnings: plan.warnings }, undefined, 2)}\n`;
  const lines = sweeps.flatMap((sweep) => [
    `sweep ${sweep.sweep + 1} of ${sweeps.length} · ${sweep.options['api']} · ${sweep.options['model']} · tokenizer ${sweep.tokenizer} · seed ${sweep.seed}`,
    '  clients  requests  warm-ups  prompt tokens (mean, sd, min-max)   new tokens (mean, sd, min-max)',
    ...sweep.levels.map(
      ({ clients, requests, warmups, skipped, promptTokens, maxNewTokens }) =>
        `  ${String(clients).padStart(7)}  ${String(requests).padStart(8)}  ${String(warmups).padStart(8)}  ` +
        `${spread(promptTokens).padEnd(34)}  ${spread(maxNewTokens)}${skipped ? '   result exists: skipped' : ''}`,
    ),
    '',
  ]);
  return [...plan.warnings.map((warning) => `warning  ${warning}`), ...lines, 'Nothing was sent.', ''].join('\n');
}

function describeSweep(sweep: SweepPlan, levels: readonly LevelPlan[]) {
  return {
    sweep: sweep.sweep,
    options: publicOptions(sweep.options),
    tokenizer: sweep.tokenizer,
    seed: sweep.seed,
    levels: levels
      .filter((level) => level.sweep === sweep.sweep)
      .map(({ clients, planned, warmups, firstRequest, skip, result }) => ({
        clients,
        warmups: warmups * clients,
        skipped: skip,
        result: result.path,
        ...summarizePrompts(sweep.prompts.deck, firstRequest, planned),
      })),
  };
}

function spread({ mean, sd, min, max }: AchievedLengths): string {
  return `${mean.toFixed(1)}, ${sd === undefined ? '-' : sd.toFixed(1)}, ${min}-${max}`;
}
