import { SpeedometerError } from '../core/errors.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import { shellWords } from './shellWords.ts';
import type { VllmOptions } from './vllmOptions.ts';

/** What the command line of a vLLM depends on. */
export type VllmCommandSettings = VllmOptions &
  Pick<ManagedServerOptions, 'server_command' | 'server_args'> & { readonly model: string };

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

/** Filled in word by word, so that a model's path with blanks stays one. */
function givenCommand(line: string, { model, port }: VllmCommandSettings): readonly string[] {
  const words = shellWords(line, 'server_command');
  if (words.length === 0) throw new SpeedometerError('usage', '--server_command: it names no program');
  const values: Readonly<Record<string, string>> = { '{port}': String(port), '{model}': model };
  return words.map((word) => word.replace(/\{port\}|\{model\}/g, (name) => values[name] ?? name));
}
