import { fileURLToPath } from 'node:url';
import type { DeploymentOptions } from './deploymentOptions.ts';
import type { FastgenOptions } from './fastgenOptions.ts';
import { type ManagedCommandSettings, managedCommand } from './managedCommand.ts';

/** What the command line of a FastGen depends on. */
export type FastgenCommandSettings = FastgenOptions & DeploymentOptions & ManagedCommandSettings;

// Sources and build are equally deep in the package.
const script = fileURLToPath(new URL('../../servers/fastgen.py', import.meta.url));

/**
 * The command line that starts a FastGen: our script, which calls `mii.serve`. Further arguments are those of `mii.serve`.
 * @throws SpeedometerError `usage` where an option cannot be split into words, or names no program
 */
export function fastgenCommand(settings: FastgenCommandSettings): readonly string[] {
  return managedCommand(settings, usualCommand(settings));
}

function usualCommand(settings: FastgenCommandSettings): readonly string[] {
  const { fastgen_python, model, port, tp_size, num_replicas, max_ragged_batch_size } = settings;
  const { deployment_name, quantization_mode } = settings;
  return [
    ...[fastgen_python, script, '--model', model, '--port', String(port)],
    ...['--tp-size', String(tp_size), '--num-replicas', String(num_replicas)],
    ...['--max-ragged-batch-size', String(max_ragged_batch_size)],
    ...(deployment_name === undefined ? [] : ['--deployment-name', deployment_name]),
    ...(quantization_mode === undefined ? [] : ['--quantization-mode', quantization_mode]),
  ];
}

/**
 * The ports that MII takes beside that of the load balancer: one a GPU for its gRPC, and one a replica for each of
 * torch.distributed and ZMQ, by the defaults of MII. A taken one is an error that it notices late or not at all.
 */
export function fastgenPorts({ port, tp_size, num_replicas }: FastgenCommandSettings): readonly number[] {
  const times = (count: number, of: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => of(index));
  return [
    ...times(num_replicas * tp_size, (index) => port + 1 + index),
    ...times(num_replicas, (index) => 29_500 + 100 * index),
    ...times(num_replicas, (index) => 25_555 + index),
  ];
}
