import { givenCommand } from './givenCommand.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import { shellWords } from './shellWords.ts';
import type { VllmOptions } from './vllmOptions.ts';

/** What the command line of a vLLM depends on. */
export type VllmCommandSettings = VllmOptions &
  Pick<ManagedServerOptions, 'port' | 'tp_size' | 'server_command' | 'server_args'> & { readonly model: string };

/**
 * The command line that starts a vLLM: the program and its arguments.
 * @throws SpeedometerError `usage` where an option cannot be split into words, or names no program
 */
export function vllmCommand(settings: VllmCommandSettings): readonly string[] {
  const { server_command, server_args } = settings;
  const words = server_command === undefined ? usualCommand(settings) : givenCommand(server_command, settings);
  return [...words, ...(server_args === undefined ? [] : shellWords(server_args, 'server_args'))];
}

function usualCommand({ model, port, tp_size, vllm_protocol }: VllmCommandSettings): readonly string[] {
  const common = ['--host', '127.0.0.1', '--port', String(port), '--tensor-parallel-size', String(tp_size)];
  if (vllm_protocol === 'generate') return ['python', '-m', 'vllm.entrypoints.api_server', '--model', model, ...common];
  // Else a file beside the model sets temperature and lengths in silence.
  return ['vllm', 'serve', model, ...common, '--generation-config', 'vllm'];
}
