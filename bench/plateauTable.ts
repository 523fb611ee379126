import { readFileSync, writeFileSync } from 'node:fs';
import { backtest } from '../src/criteria/backtest.ts';
import { type BacktestedLog, backtestTotals } from '../src/reports/backtestTable.ts';
import { parameters } from '../test/simulator/parameters.ts';
import { simulatedRun } from '../test/simulator/simulatedLevel.ts';

const servers = [
  { title: '4 slots', slots: 4, kv: 65_536 },
  { title: '8 slots', slots: 8, kv: 65_536 },
  { title: '16 slots', slots: 16, kv: 65_536 },
  { title: '32 slots', slots: 32, kv: 65_536 },
  { title: '64 slots, 1200 KV tokens', slots: 64, kv: 1200 },
  { title: '64 slots, 3000 KV tokens', slots: 64, kv: 3000 },
];
const jitters = [0, 0.2, 0.5];
const seeds = [1, 2, 3, 4];
const loads = [1, 2, 4, 8, 16, 32, 64, 128];
const rules = ['plateau', 'gain(throughput) < 5%'];
const options = { early_stop_latency: 1e6, max_error_ratio: 1, stop_at_plateau: false };

const rows = servers.flatMap(({ title, slots, kv }) =>
  jitters.flatMap((jitter) => {
    const logs = seeds.map((seed): BacktestedLog => {
      const server = parameters({ max_num_seqs: slots, kv_cache_tokens: kv, step_jitter: jitter });
      const load = { seed, requestsPerClient: 40, promptTokens: 64, outputTokens: 24 };
      return { label: `${seed}`, rows: backtest([simulatedRun(server, loads, load)], options, rules) };
    });
    return backtestTotals(logs).map((total) => {
      const stops = logs.flatMap((log) => log.rows.filter(({ stop }) => stop === total.stop));
      const at = [...new Set(stops.map(({ decision, clients }) => (decision === undefined ? 'never' : clients)))];
      return [
        title,
        percent(jitter, 0),
        `\`${total.stop}\``,
        at.join(', '),
        percent(total.savedTimeRatio, 0),
        percent(total.savedRequestsRatio, 0),
        total.worstPlateauErrorRatio === undefined ? '' : percent(total.worstPlateauErrorRatio, 1),
        `${total.sameAnswers} of ${total.sweeps}`,
      ];
    });
  }),
);

function percent(ratio: number, digits: number): string {
  return `${(ratio * 100).toFixed(digits)} %`;
}

const head = [
  'server',
  'noise',
  'rule',
  'stops at',
  'time saved',
  'requests saved',
  'worst plateau',
  'same saturation',
];
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const section = `${servers.length * jitters.length * seeds.length} logs: ${seeds.length} seeds a line, loads ${loads.join(', ')}, 40 requests a client.\n\n${table}`;
const page = new URL('../docs/criteria.md', import.meta.url);
const [before, rest = ''] = readFileSync(page, 'utf8').split('<!-- backtests -->\n');
const [, after = ''] = rest.split('<!-- end of backtests -->\n');
writeFileSync(page, `${before}<!-- backtests -->\n${section}\n<!-- end of backtests -->\n${after}`);
process.stdout.write(`${section}\n`);
