import { SpeedometerError } from '../core/errors.ts';
import { shellWords } from './shellWords.ts';

/**
 * The words of `--server_command`. Port and model are filled in word by word, so that a model's path with blanks stays one.
 * @throws SpeedometerError `usage` where it cannot be split into words, or names no program
 */
export function givenCommand(
  line: string,
  { model, port }: { readonly model: string; readonly port: number },
): readonly string[] {
  const words = shellWords(line, 'server_command');
  if (words.length === 0) throw new SpeedometerError('usage', '--server_command: it names no program');
  const values: Readonly<Record<string, string>> = { '{port}': String(port), '{model}': model };
  return words.map((word) => word.replace(/\{port\}|\{model\}/g, (name) => values[name] ?? name));
}
