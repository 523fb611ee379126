import { exitCodes } from '../core/errors.ts';
import { backtest } from '../criteria/backtest.ts';
import { untilDamage } from '../events/logDamage.ts';
import {
  type BacktestedLog,
  backtestTotals,
  renderBacktest,
  renderBacktestMarkdown,
} from '../reports/backtestTable.ts';
import type { BacktestOptions } from './backtestOptions.ts';
import { deliver } from './deliver.ts';
import { openRun } from './openRun.ts';
import { prepareCriteria } from './prepareCriteria.ts';
import type { Terminal } from './terminal.ts';

/**
 * `deepspeedometer backtest`: where stop rules would have ended recorded runs, and what that would have cost.
 * @param logs name the logs, see `openRun`
 * @returns the exit code
 */
export async function backtestRuns(
  logs: readonly string[],
  options: BacktestOptions,
  terminal: Terminal,
): Promise<number> {
  const tested: BacktestedLog[] = [];
  for (const log of logs) tested.push(await backtestLog(log, options, terminal));
  const { format, to } = options;
  deliver(render(tested, format), { format, to, beside: ['.', 'backtest'] }, terminal);
  return exitCodes.done;
}

async function backtestLog(
  argument: string,
  { stop, price_per_1m_tokens, result_dir }: BacktestOptions,
  terminal: Terminal,
): Promise<BacktestedLog> {
  const { log, options: recorded, started } = openRun(argument, result_dir);
  try {
    const prices = price_per_1m_tokens ?? recorded.price_per_1m_tokens;
    const options = { ...recorded, ...(prices === undefined ? {} : { price_per_1m_tokens: prices }) };
    const outside = await prepareCriteria({ ...options, stop, stop_level: [] });
    const batches = untilDamage(log.batches(), ({ message }) => terminal.writeError(`warning  ${message}\n`));
    return { label: started.runId, rows: backtest(batches, options, stop, outside) };
  } finally {
    await log.close();
  }
}

function render(logs: readonly BacktestedLog[], format: BacktestOptions['format']): string {
  switch (format) {
    case 'text':
      return `${renderBacktest(logs).join('\n')}\n`;
    case 'md':
      return renderBacktestMarkdown(logs);
    case 'json':
      return `${JSON.stringify({ schemaVersion: 1, logs, totals: backtestTotals(logs) }, undefined, 2)}\n`;
  }
}
