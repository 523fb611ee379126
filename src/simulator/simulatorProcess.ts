import { messageOf } from '../core/errors.ts';
import type { SimulatorOptions } from './simulatorOptions.ts';
import { startSimulator } from './startSimulator.ts';

/** What the embedded server's process tells whoever forked it, once. */
export type SimulatorMessage =
  | { readonly type: 'ready'; readonly port: number; readonly description: string }
  | { readonly type: 'failed'; readonly message: string };

// The channel closes even when the parent is killed: no server outlives whoever started it.
process.once('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0); // it closed while we were loading
process.once('SIGTERM', () => process.exit(0));

process.once('message', (options: SimulatorOptions) => {
  startSimulator(options, { host: '127.0.0.1', port: 0 }).then(
    ({ port, description }) => tell({ type: 'ready', port, description }),
    (thrown: unknown) => tell({ type: 'failed', message: messageOf(thrown) }, () => process.exit(1)),
  );
});

function tell(message: SimulatorMessage, told?: () => void): void {
  process.send?.(message, undefined, undefined, told);
}
