import { SpeedometerError } from '../core/errors.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import { shellWords } from './shellWords.ts';

/** What the command line of every server of ours depends on. */
export type ManagedCommandSettings = Pick<
  ManagedServerOptions,
  'port' | 'tp_size' | 'server_command' | 'server_args'
> & { readonly model: string };

/**
 * The command line of a server: `--server_command`, else the usual one, and `--server_args` behind it.
 * @throws SpeedometerError `usage` where an option cannot be split into words, or names no program
 */
export function managedCommand(settings: ManagedCommandSettings, usual: readonly string[]): readonly string[] {
  const { server_command, server_args } = settings;
  const words = server_command === undefined ? usual : givenCommand(server_command, settings);
  return [...words, ...(server_args === undefined ? [] : shellWords(server_args, 'server_args'))];
}

/** Port and model are filled in word by word, so that a model's path with blanks stays one. */
function givenCommand(line: string, { model, port }: ManagedCommandSettings): readonly string[] {
  const words = shellWords(line, 'server_command');
  if (words.length === 0) throw new SpeedometerError('usage', '--server_command: it names no program');
  const values: Readonly<Record<string, string>> = { '{port}': String(port), '{model}': model };
  return words.map((word) => word.replace(/\{port\}|\{model\}/g, (name) => values[name] ?? name));
}
