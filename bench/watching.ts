import type { StreamErrors } from '../src/calibration/streamErrors.ts';
import { type Finding, found } from './findings.ts';
import { median, quantile } from './median.ts';
import { type PacedLoad, runTool } from './pacedStreams.ts';
import { startPinnedServer } from './pinning.ts';

/** Whether a live view moves the errors of stamps: the same streams with and without one, in turn. */
export async function measureWatching(repeats: number, chunks: number): Promise<readonly Finding[]> {
  const load: PacedLoad = { streams: 512, firstMs: 200, gapMs: 20, chunks };
  const server = await startPinnedServer({ kind: 'paced', ...load });
  const live: StreamErrors[] = [];
  const none: StreamErrors[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const runs = [
      async () => none.push((await runTool(server, load, { options: ['--ui', 'none'] })).errors),
      async () =>
        live.push((await runTool(server, load, { options: ['--ui', 'live'], start: { place: inTerminal } })).errors),
    ];
    // Whichever comes second may find another machine: each goes first as often as the other.
    for (const run of repeat % 2 === 0 ? runs : runs.reverse()) await run();
  }
  await server.close();

  const compare = (figure: 'ttftMs' | 'gapMs', name: string, p: number): Finding => {
    const ofRuns = (runs: readonly StreamErrors[]): number[] => runs.map((run) => quantile(run[figure], p));
    const [on, off] = [ofRuns(live), ofRuns(none)];
    const apart = Math.abs(median(on) - median(off)) / Math.min(spread(on), spread(off));
    const detail = `${describe(on)} watched, ${describe(off)} not`;
    return found('ui', `error of ${name} at p${p * 100}, watched or not`, 'spreads', [apart], { floor: 1 }, detail);
  };
  return [
    compare('ttftMs', 'TTFT', 0.5),
    compare('ttftMs', 'TTFT', 0.99),
    compare('gapMs', 'gaps', 0.5),
    compare('gapMs', 'gaps', 0.99),
  ];
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function describe(values: readonly number[]): string {
  return `${median(values).toFixed(2)} ms (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
}

/** Starts a command in a terminal of 80 columns and 24 lines, by `script` of util-linux. */
function inTerminal(command: readonly string[]): readonly string[] {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return ['script', '-qfec', `stty rows 24 cols 80; export TERM=xterm-256color; ${words}`, '/dev/null'];
}
