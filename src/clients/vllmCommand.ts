import { type ManagedCommandSettings, managedCommand } from './managedCommand.ts';
import type { VllmOptions } from './vllmOptions.ts';

/** What the command line of a vLLM depends on. */
export type VllmCommandSettings = VllmOptions & ManagedCommandSettings;

/**
 * The command line that starts a vLLM: the program and its arguments.
 * @throws SpeedometerError `usage` where an option cannot be split into words, or names no program
 */
export function vllmCommand(settings: VllmCommandSettings): readonly string[] {
  return managedCommand(settings, usualCommand(settings));
}

function usualCommand({ model, port, tp_size, vllm_protocol }: VllmCommandSettings): readonly string[] {
  const common = ['--host', '127.0.0.1', '--port', String(port), '--tensor-parallel-size', String(tp_size)];
  if (vllm_protocol === 'generate') return ['python', '-m', 'vllm.entrypoints.api_server', '--model', model, ...common];
  // Else a file beside the model sets temperature and lengths in silence.
  return ['vllm', 'serve', model, ...common, '--generation-config', 'vllm'];
}
